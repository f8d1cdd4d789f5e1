import { beforeEach, describe, expect, it } from 'vitest';
import { Cursor } from './cursor';
import type { Act } from './keys';

/** Ten rows and the line to add one, four columns, five rows in sight. */
let rows = 10;
let cursor: Cursor;
let scrolledHome = 0;
beforeEach(() => {
  rows = 10;
  scrolledHome = 0;
  cursor = new Cursor(
    {
      bounds: () => ({ rows: rows + 1, columns: 4 }),
      rows: () => rows,
      rowsInSight: () => 5,
      scrollTo: () => {},
      scrollHome: () => {
        scrolledHome += 1;
      },
    },
    () => {},
  );
  cursor.goTo({ row: 2, column: 1 });
});
const move = (rowStep: number, columnStep: number, extend = false): Act => ({
  act: 'move',
  rows: rowStep,
  columns: columnStep,
  extend,
});

describe('the cursor', () => {
  it('goes back to where Tab began, one row on, as in a form', () => {
    cursor.perform({ act: 'next', step: 1 });
    cursor.perform({ act: 'next', step: 1 });
    cursor.perform({ act: 'enter', step: 1 });
    expect(cursor.active).toEqual({ row: 3, column: 1 });
    cursor.perform({ act: 'next', step: 1 });
    cursor.perform(move(0, 1));
    cursor.perform({ act: 'enter', step: 1 });
    expect(cursor.active).toEqual({ row: 4, column: 3 });
  });

  it('moves and stops at the edges', () => {
    cursor.perform(move(1, 1));
    expect(cursor.active).toEqual({ row: 3, column: 2 });
    cursor.perform(move(0, 9));
    expect(cursor.active).toEqual({ row: 3, column: 3 });
    cursor.perform(move(99, 0));
    expect(cursor.active).toEqual({ row: 10, column: 3 });
  });

  it('keeps the active cell while a selection grows, and leaves the add line out of it', () => {
    cursor.perform(move(1, 0, true));
    cursor.perform(move(0, 1, true));
    expect(cursor.active).toEqual({ row: 2, column: 1 });
    expect(cursor.range).toEqual({ top: 2, bottom: 3, left: 1, right: 2 });
    cursor.perform({ act: 'edge', to: 'last', extend: true });
    expect(cursor.range).toEqual({ top: 2, bottom: 9, left: 1, right: 3 });
    cursor.perform(move(1, 0));
    expect(cursor.range).toEqual({ top: 3, bottom: 3, left: 1, right: 1 });
  });

  it('shrinks a selection back over the active cell', () => {
    cursor.perform(move(-1, 0, true));
    cursor.perform(move(2, 0, true));
    expect(cursor.range).toEqual({ top: 2, bottom: 3, left: 1, right: 1 });
    expect(cursor.collapse()).toBe(true);
    expect(cursor.collapse()).toBe(false);
    expect(cursor.range).toEqual({ top: 2, bottom: 2, left: 1, right: 1 });
  });

  it('goes by Enter and Tab within what is selected, round and round', () => {
    const box = { top: 2, bottom: 3, left: 1, right: 2 };
    cursor.perform(move(1, 1, true));
    const places = (act: Act) =>
      [1, 2, 3, 4].map(() => {
        cursor.perform(act);
        expect(cursor.range).toEqual(box);
        return [cursor.active?.row, cursor.active?.column];
      });
    expect(places({ act: 'next', step: 1 })).toEqual([
      [2, 2],
      [3, 1],
      [3, 2],
      [2, 1],
    ]);
    expect(places({ act: 'enter', step: 1 })).toEqual([
      [3, 1],
      [2, 2],
      [3, 2],
      [2, 1],
    ]);
    cursor.perform({ act: 'enter', step: -1 });
    expect(cursor.active).toEqual({ row: 3, column: 2 });
    // From there it grows anew, and an arrow leaves it.
    cursor.perform(move(0, 1, true));
    expect(cursor.range).toEqual({ top: 3, bottom: 3, left: 2, right: 3 });
    cursor.perform(move(0, -1));
    expect(cursor.range).toEqual({ top: 3, bottom: 3, left: 1, right: 1 });
  });

  it('pages by what is in sight, less one row', () => {
    cursor.perform({ act: 'page', step: 1, extend: false });
    expect(cursor.active).toEqual({ row: 6, column: 1 });
    cursor.perform({ act: 'page', step: -1, extend: false });
    cursor.perform({ act: 'page', step: -1, extend: false });
    expect(cursor.active).toEqual({ row: 0, column: 1 });
  });

  it('goes to the edges of rows, never to the add line, and home sideways', () => {
    cursor.perform({ act: 'edge', to: 'last', extend: false });
    expect(cursor.active).toEqual({ row: 9, column: 3 });
    expect(scrolledHome).toBe(0);
    cursor.perform({ act: 'edge', to: 'first', extend: false });
    expect(cursor.active).toEqual({ row: 0, column: 0 });
    expect(scrolledHome).toBe(1);
  });

  it('says when Tab has nowhere to go', () => {
    cursor.goTo({ row: 10, column: 3 });
    expect(cursor.perform({ act: 'next', step: 1 })).toBe(false);
    expect(cursor.perform({ act: 'next', step: -1 })).toBe(true);
  });

  it('comes back onto what is left when rows go away', () => {
    cursor.goTo({ row: 9, column: 3 });
    rows = 4;
    cursor.settle();
    expect(cursor.active).toEqual({ row: 4, column: 3 });
  });
});
