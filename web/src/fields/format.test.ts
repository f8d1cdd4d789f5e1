import { beforeAll, describe, expect, it } from 'vitest';
import type { Cell, FieldKind } from '@/api/types';
import type { FieldContext } from './context';
import { dueTone, editText, formatCell } from './format';
import { knownContext, knownField } from './testing';

let context: FieldContext;
beforeAll(async () => {
  context = await knownContext();
});

describe('a cell as a person reads it', () => {
  const table: [FieldKind, Cell, shown: string, typed: string][] = [
    ['text', '深圳华信', '深圳华信', '深圳华信'],
    ['money', 1234567, '1,234,567.00', '1234567'],
    ['money', 0.5, '0.50', '0.5'],
    ['money', -1200.1, '-1,200.10', '-1200.1'],
    ['number', 1234.5, '1,234.5', '1234.5'],
    ['number', 0, '0', '0'],
    ['percent', 0.12, '12%', '12%'],
    ['percent', 0.1234, '12.34%', '12.34%'],
    ['percent', 0.07, '7%', '7%'],
    ['date', '2026-01-05', '2026-01-05', '2026-01-05'],
    ['datetime', '2026-01-05T18:30:00Z', '2026-01-06 02:30', '2026-01-06 02:30'],
    ['choice', 'vip', '重要客户', '重要客户'],
    ['choice', 'old', '旧等级', '旧等级'],
    ['choice', 'gone', 'gone', 'gone'],
    ['choices', ['vip', 'normal'], '重要客户, 一般客户', '重要客户, 一般客户'],
    ['tags', ['展会', '老客户'], '展会, 老客户', '展会, 老客户'],
    ['checkbox', true, '是', '是'],
    ['checkbox', false, '', ''],
    ['person', 1, 'Alice', 'Alice'],
    ['person', 3, 'Charlie', 'Charlie'],
    ['person', 99, '未知成员', '未知成员'],
    ['relation', { id: 7, label: '张三' }, '张三', '张三'],
    ['email', { invalid: 'contactabc', code: 'not_an_email' }, 'contactabc', 'contactabc'],
    ['phone', { masked: '138****1234' }, '138****1234', '138****1234'],
    ['date', null, '', ''],
  ];
  it.each(table)('%s %j', (kind, cell, shown, typed) => {
    const field = knownField(kind);
    expect(formatCell(field, cell, context)).toBe(shown);
    expect(editText(field, cell, context)).toBe(typed);
  });

  it('shows what was just typed as it is, until the server has understood it', () => {
    for (const kind of ['money', 'number', 'percent', 'date', 'datetime', 'checkbox', 'person'] as const) {
      expect(formatCell(knownField(kind), '100万', context)).toBe('100万');
    }
  });
});

describe('how near a date is', () => {
  it.each([
    ['2026-11-21', 'overdue'],
    ['2026-11-22', 'today'],
    ['2026-11-23', 'soon'],
    ['2026-11-24', undefined],
    [null, undefined],
    ['2023年1月5日', undefined],
  ])('%s', (date, tone) => {
    expect(dueTone(date, '2026-11-22')).toBe(tone);
  });

  it('knows the day after the last of a month', () => {
    expect(dueTone('2027-01-01', '2026-12-31')).toBe('soon');
  });
});
