import { expect, it } from 'vitest';
import { ranked } from './ranking';

const labels = (typed: string, ...all: string[]) =>
  ranked(
    all.map((label) => ({ label })),
    typed,
  ).map(({ label }) => label);

it('what begins with the typed letters comes first, then what has them inside', () => {
  expect(labels('ex', 'Flex time', 'Export CSV', 'Other exits')).toEqual(['Export CSV', 'Other exits', 'Flex time']);
  expect(labels('客户', '新客户', '客户', '商机')).toEqual(['客户', '新客户']);
});

it('pinyin initials find Chinese labels, in their order and with gaps', () => {
  expect(labels('jt', '今天要跟进', '键盘快捷键')).toEqual(['今天要跟进']);
  expect(labels('gj', '今天要跟进')).toEqual(['今天要跟进']);
  expect(labels('dcv', '导出 CSV', '导入')).toEqual(['导出 CSV']);
});

it('nothing typed leaves all as they were, and what answers to nothing is left out', () => {
  expect(labels('', 'B', 'A')).toEqual(['B', 'A']);
  expect(labels('zzz', 'B', 'A')).toEqual([]);
});
