import { describe, expect, it } from 'vitest';
import type { Cell, Field } from '@/api/types';
import { goOn } from './series';

describe('drawn on', () => {
  const table: [string, Field['kind'], Cell[], Cell[]][] = [
    ['one number is copied', 'number', [5], [5, 5, 5]],
    ['numbers with one step go on', 'number', [1, 3], [5, 7, 9]],
    ['downwards too', 'money', [10, 7.5], [5, 2.5, 0]],
    ['without drift', 'percent', [0.1, 0.2], [0.3, 0.4, 0.5]],
    ['uneven numbers begin anew', 'number', [1, 2, 4], [1, 2, 4]],
    ['blanks between begin anew', 'number', [1, null], [1, null, 1]],
    ['a date goes on by days', 'date', ['2026-02-27'], ['2026-02-28', '2026-03-01', '2026-03-02']],
    ['dates by their step', 'date', ['2026-01-05', '2026-01-12'], ['2026-01-19', '2026-01-26', '2026-02-02']],
    ['by months', 'date', ['2026-11-15', '2026-12-15'], ['2027-01-15', '2027-02-15', '2027-03-15']],
    ['to the end of months', 'date', ['2025-12-31', '2026-01-31'], ['2026-02-28', '2026-03-31', '2026-04-30']],
    [
      'no date begins anew',
      'date',
      [{ invalid: '明年', code: 'date' }],
      Array(3).fill({ invalid: '明年', code: 'date' }),
    ],
    ['texts by their number', 'text', ['第1期'], ['第2期', '第3期', '第4期']],
    ['with their zeros', 'text', ['A008', 'A009'], ['A010', 'A011', 'A012']],
    ['texts without one are copied', 'text', ['甲', '乙'], ['甲', '乙', '甲']],
    ['different texts begin anew', 'text', ['甲1', '乙2'], ['甲1', '乙2', '甲1']],
    ['a phone is no number', 'phone', ['13800001234'], Array(3).fill('13800001234')],
    ['choices begin anew', 'choice', ['key'], ['key', 'key', 'key']],
  ];
  it.each(table)('%s', (_name, kind, seeds, wanted) => {
    expect(goOn(seeds, kind, 3, false)).toEqual(wanted);
  });

  it('nothing goes on where it is to be copied', () => {
    expect(goOn([1, 2], 'number', 3, true)).toEqual([1, 2, 1]);
    expect(goOn(['2026-01-01'], 'date', 2, true)).toEqual(['2026-01-01', '2026-01-01']);
  });
});
