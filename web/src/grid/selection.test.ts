import { describe, expect, it } from 'vitest';
import { cellCount, clampPlace, contains, nextInOrder, rangeBetween, summarize } from './selection';
import type { GridRow } from './source';

const place = (row: number, column: number) => ({ row, column });

describe('a range', () => {
  it('is the same whichever corner comes first', () => {
    const range = rangeBetween(place(5, 1), place(2, 4));
    expect(range).toEqual({ top: 2, bottom: 5, left: 1, right: 4 });
    expect(rangeBetween(place(2, 4), place(5, 1))).toEqual(range);
    expect(cellCount(range)).toBe(16);
    expect(contains(range, place(5, 4))).toBe(true);
    expect(contains(range, place(6, 4))).toBe(false);
  });
});

describe('a place', () => {
  const bounds = { rows: 3, columns: 2 };

  it('stays inside', () => {
    expect(clampPlace(place(-1, 9), bounds)).toEqual(place(0, 1));
    expect(clampPlace(place(9, -1), bounds)).toEqual(place(2, 0));
  });

  it('is followed by the next in reading order, and none after the last', () => {
    expect(nextInOrder(place(0, 0), 1, bounds)).toEqual(place(0, 1));
    expect(nextInOrder(place(0, 1), 1, bounds)).toEqual(place(1, 0));
    expect(nextInOrder(place(1, 0), -1, bounds)).toEqual(place(0, 1));
    expect(nextInOrder(place(2, 1), 1, bounds)).toBeNull();
    expect(nextInOrder(place(0, 0), -1, bounds)).toBeNull();
  });
});

describe('the figures of a selection', () => {
  const columns = [
    { key: 'name', numeric: false },
    { key: 'amount', numeric: true },
    { key: 'done', numeric: false },
  ];
  const rows: [number, GridRow][] = [
    [0, { id: 1, version: 1, cells: { name: '甲', amount: 0.1, done: true } }],
    [1, { id: 2, version: 1, cells: { name: null, amount: 0.2, done: false } }],
    [2, { id: 3, version: 1, cells: { name: '7', amount: { invalid: 'abc', code: 'x' }, done: false } }],
  ];
  const show = (row: GridRow, key: string) => row.cells[key];

  it('count what is not empty and add up numbers only', () => {
    const range = { top: 0, bottom: 2, left: 0, right: 2 };
    expect(summarize(range, columns, rows, show)).toEqual({
      cells: 9,
      filled: 6,
      numbers: 2,
      sum: 0.3,
      average: 0.15,
      least: 0.1,
      greatest: 0.2,
      complete: true,
    });
  });

  it('say when rows are missing, and have no average without numbers', () => {
    const summary = summarize({ top: 0, bottom: 9, left: 0, right: 0 }, columns, rows, show);
    expect(summary).toMatchObject({ cells: 10, filled: 2, numbers: 0, sum: 0, average: null, complete: false });
    expect(summary).toMatchObject({ least: null, greatest: null });
  });
});
