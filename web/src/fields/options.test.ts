import { beforeAll, describe, expect, it } from 'vitest';
import type { FieldContext } from './context';
import { optionsOf, searchOptions } from './options';
import { knownContext, knownField } from './testing';

let context: FieldContext;
beforeAll(async () => {
  context = await knownContext();
});

describe('the options of a field', () => {
  it('leave out what is archived and who has left', () => {
    expect(optionsOf(knownField('choice'), context).map((option) => option.value)).toEqual(['vip', 'normal']);
    expect(optionsOf(knownField('person'), context).map((option) => option.value)).toEqual([1, 2]);
  });

  it('are found by a part of the label or by a synonym, those that begin with it first', () => {
    const options = optionsOf(knownField('choice'), context);
    const found = (typed: string) => searchOptions(options, typed).map((option) => option.value);
    expect(found('')).toEqual(['vip', 'normal']);
    expect(found('客户')).toEqual(['vip', 'normal']);
    expect(found('一般')).toEqual(['normal']);
    expect(found('Ａ级')).toEqual(['vip']);
    expect(found('没有')).toEqual([]);
    // 重要客户 by the first letters of its pinyin
    expect(found('ykh')).toEqual(['vip']);
    const words = ['北海', '上海', '海口'].map((label, value) => ({ value, label }));
    expect(searchOptions(words, '海').map((option) => option.label)).toEqual(['海口', '北海', '上海']);
  });
});
