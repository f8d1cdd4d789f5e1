import { beforeAll, describe, expect, it } from 'vitest';
import type { Cell, FieldKind } from '@/api/types';
import type { FieldContext } from './context';
import { parseInput } from './parse';
import { knownContext, knownField } from './testing';

let context: FieldContext;
beforeAll(async () => {
  context = await knownContext();
});

describe('what is sent for a typed text', () => {
  const table: [FieldKind, string, Cell][] = [
    ['text', ' 深圳 ', ' 深圳 '],
    ['text', '   ', null],
    ['date', '2023年1月5日', '2023年1月5日'],
    ['money', '100万', '100万'],
    ['checkbox', '是', '是'],
    ['choice', '重要客户', 'vip'],
    ['choice', ' 重要客户 ', 'vip'],
    ['choice', '重点', 'vip'],
    ['choice', 'ａ级', 'vip'],
    ['choice', 'vip', 'vip'],
    ['choice', '旧等级', '旧等级'],
    ['choice', '没有的', '没有的'],
    ['choices', '重要客户，一般客户、重要客户', ['vip', 'normal']],
    ['choices', '重要客户;别的', ['vip', '别的']],
    ['tags', 'a, b；c\nb', ['a', 'b', 'c']],
    ['person', '鲍勃', 2],
    ['person', 'ALICE', 1],
    ['person', 'Charlie', 'Charlie'],
    ['relation', '张三', '张三'],
  ];
  it.each(table)('%s %j', (kind, text, cell) => {
    expect(parseInput(knownField(kind), text, context)).toEqual(cell);
  });
});
