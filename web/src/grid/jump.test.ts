import { describe, expect, it } from 'vitest';
import { edgeFrom, LOOK } from './jump';

/** `x` filled, `.` empty, `?` not here. */
const along = (cells: string) => (place: number) => (cells[place] === '?' ? undefined : cells[place] === 'x');
const go = (cells: string, at: number, step: 1 | -1) => edgeFrom(at, step, cells.length - 1, along(cells));

describe('Ctrl and an arrow', () => {
  it('leads to the last cell of a run', () => {
    expect(go('xxx.x', 0, 1)).toBe(2);
    expect(go('x.xxx', 4, -1)).toBe(2);
  });

  it('leads from the end of a run, and from an empty cell, to the next one that is filled', () => {
    expect(go('xx..x', 1, 1)).toBe(4);
    expect(go('...xx', 0, 1)).toBe(3);
    expect(go('x...x', 4, -1)).toBe(0);
  });

  it('leads to the end where nothing more comes', () => {
    expect(go('xx...', 1, 1)).toBe(4);
    expect(go('..xx.', 2, -1)).toBe(0);
    expect(go('xxxxx', 0, 1)).toBe(4);
  });

  it('stays at the end', () => {
    expect(go('xxx', 2, 1)).toBe(2);
    expect(go('xxx', 0, -1)).toBe(0);
    // The line to add a row by lies below the last one.
    expect(edgeFrom(3, 1, 2, () => true)).toBe(3);
    expect(edgeFrom(3, -1, 2, (place) => place < 3)).toBe(2);
  });

  it('asks for rows that are not here, and goes to the very end when the run is long', () => {
    expect(go('xx?x', 0, 1)).toBeNull();
    expect(edgeFrom(0, 1, LOOK * 5, (place) => place <= LOOK * 3)).toBe(LOOK * 5);
  });
});
