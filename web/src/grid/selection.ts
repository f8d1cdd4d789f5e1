import type { Cell } from '@/api/types';
import type { GridRow } from './source';

/** A place in the grid: row number and place among the shown fields, both from 0. */
export interface Place {
  row: number;
  column: number;
}

/** A rectangle of cells, all ends in. */
export interface CellRange {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Bounds {
  rows: number;
  columns: number;
}

/** The rectangle between two corners. */
export function rangeBetween(a: Place, b: Place): CellRange {
  return {
    top: Math.min(a.row, b.row),
    bottom: Math.max(a.row, b.row),
    left: Math.min(a.column, b.column),
    right: Math.max(a.column, b.column),
  };
}

export function cellCount(range: CellRange): number {
  return (range.bottom - range.top + 1) * (range.right - range.left + 1);
}

export function contains(range: CellRange, place: Place): boolean {
  return (
    place.row >= range.top && place.row <= range.bottom && place.column >= range.left && place.column <= range.right
  );
}

/** A range drawn on to a place: down, up or sideways, whichever is further; itself where the place is inside. */
export function drawnTo(range: CellRange, place: Place): CellRange {
  const rows = Math.max(range.top - place.row, place.row - range.bottom, 0);
  const columns = Math.max(range.left - place.column, place.column - range.right, 0);
  if (rows === 0 && columns === 0) return range;
  return rows >= columns
    ? { ...range, top: Math.min(range.top, place.row), bottom: Math.max(range.bottom, place.row) }
    : { ...range, left: Math.min(range.left, place.column), right: Math.max(range.right, place.column) };
}

/** The nearest place that exists. */
export function clampPlace(place: Place, bounds: Bounds): Place {
  return {
    row: Math.max(0, Math.min(bounds.rows - 1, place.row)),
    column: Math.max(0, Math.min(bounds.columns - 1, place.column)),
  };
}

/** The next place in reading order, as Tab goes; null before the first and after the last cell. */
export function nextInOrder(place: Place, step: 1 | -1, bounds: Bounds): Place | null {
  const column = place.column + step;
  if (column >= 0 && column < bounds.columns) return { row: place.row, column };
  const row = place.row + step;
  if (row < 0 || row >= bounds.rows) return null;
  return { row, column: step > 0 ? 0 : bounds.columns - 1 };
}

/** The next place of a range, row by row (`right`) or column by column (`down`); after the last one the first. */
export function nextWithin(range: CellRange, place: Place, step: 1 | -1, way: 'down' | 'right'): Place {
  const rows = range.bottom - range.top + 1;
  const columns = range.right - range.left + 1;
  const [row, column] = [place.row - range.top, place.column - range.left];
  const at = way === 'right' ? row * columns + column : column * rows + row;
  const next = (at + step + rows * columns) % (rows * columns);
  return way === 'right'
    ? { row: range.top + Math.floor(next / columns), column: range.left + (next % columns) }
    : { row: range.top + (next % rows), column: range.left + Math.floor(next / rows) };
}

/** What a status bar says about the selected cells. `sum` and `average` are of the numbers among them. */
export interface Summary {
  cells: number;
  /** Cells that are not empty, among those that are here. */
  filled: number;
  numbers: number;
  sum: number;
  average: number | null;
  /** The smallest and the largest number; null where there is none. */
  least: number | null;
  greatest: number | null;
  /** False: some of the selected rows are not here, and do not count in the figures. */
  complete: boolean;
}

/** Sums over the rows that are here. `show` gives a cell as the grid shows it, edits on their way included. */
export function summarize(
  range: CellRange,
  columns: readonly { key: string; numeric: boolean }[],
  rows: Iterable<readonly [number, GridRow]>,
  show: (row: GridRow, key: string) => Cell | undefined,
): Summary {
  const asked = columns.slice(range.left, range.right + 1);
  let here = 0;
  let heads = 0;
  let filled = 0;
  let numbers = 0;
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const [, row] of rows) {
    here += 1;
    if (row.head) {
      heads += 1;
      continue;
    }
    for (const { key, numeric } of asked) {
      const cell = show(row, key);
      if (cell === undefined || cell === null || cell === '' || cell === false) continue;
      filled += 1;
      if (numeric && typeof cell === 'number') {
        numbers += 1;
        sum += cell;
        least = Math.min(least, cell);
        greatest = Math.max(greatest, cell);
      }
    }
  }
  return {
    cells: cellCount(range) - heads * asked.length,
    filled,
    numbers,
    // Cents added as fractions drift: 0.1 + 0.2
    sum: Math.round(sum * 1e6) / 1e6,
    average: numbers > 0 ? Math.round((sum / numbers) * 1e6) / 1e6 : null,
    least: numbers > 0 ? least : null,
    greatest: numbers > 0 ? greatest : null,
    complete: here === range.bottom - range.top + 1,
  };
}
