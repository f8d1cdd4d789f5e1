import { expect, it } from 'vitest';
import { columnFilter, movedBy, withMoves } from './columns';

const row = (id: number) => ({ id });

it('a column asks for the records of the view that have its value', () => {
  expect(columnFilter(null, 'stage', 'won')).toEqual({ field: 'stage', op: 'is', value: 'won' });
  const filter = { field: 'level', op: 'is' as const, value: 'key' };
  expect(columnFilter(filter, 'stage', null)).toEqual({ and: [filter, { field: 'stage', op: 'empty' }] });
});

it('a card that moves leaves its column at once and stands where it was dropped', () => {
  const moves = [{ row: row(2), from: 'a', to: 'b', place: 1 }];
  expect(withMoves([row(1), row(2), row(3)], 'a', moves)).toEqual([row(1), row(3)]);
  expect(withMoves([row(7), row(8)], 'b', moves)).toEqual([row(7), row(2), row(8)]);
  expect(withMoves([], 'b', moves)).toEqual([row(2)]);
  expect(movedBy('a', moves)).toBe(-1);
  expect(movedBy('b', moves)).toBe(1);
});

it('a card that the server already gives in its new column is there once', () => {
  const moves = [{ row: row(2), from: 'a', to: 'b', place: 0 }];
  expect(withMoves([row(7), row(2)], 'b', moves)).toEqual([row(2), row(7)]);
});
