import { expect, it } from 'vitest';
import { initials } from './initials';

it('texts are written by the first letters of their pinyin', () => {
  expect(initials('今天要跟进')).toBe('jtygj');
  expect(initials('深圳华信医疗')).toBe('szhxyl');
  expect(initials('导出 CSV')).toBe('dcCSV');
  expect(initials('Acme 2026')).toBe('Acme2026');
});
