import { isBlank } from '@/fields/cells';
import type { Cursor } from './cursor';
import type { Act } from './keys';
import type { CellPainter } from './painter';
import type { Sheet } from './sheet';
import type { RowSource } from './source';

/** What Ctrl and an arrow look at in rows. Beyond it lies the very end: nobody waits for a million rows to be fetched. */
export const LOOK = 1_000;

/**
 * Where Ctrl and an arrow lead, as in a spreadsheet: to the last cell of an unbroken run, from its end or from an empty
 * cell on to the next one that is filled, and where there is none to the end. Null: a cell on the way is not here.
 *
 * @param at where one is, `last` the highest place, both from 0 along the way
 * @param filled whether something is at a place; undefined where nobody knows yet
 */
export function edgeFrom(
  at: number,
  step: 1 | -1,
  last: number,
  filled: (place: number) => boolean | undefined,
): number | null {
  const end = step > 0 ? last : 0;
  if ((end - at) * step <= 0) return at;
  const here = filled(at);
  const next = filled(at + step);
  if (here === undefined || next === undefined) return null;
  const inRun = here && next;
  for (let place = at + step; (end - place) * step >= 0 && Math.abs(place - at) <= LOOK; place += step) {
    const is = filled(place);
    if (is === undefined) return null;
    if (inRun && !is) return place - step;
    if (!inRun && is) return place;
  }
  return end;
}

interface JumpParts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
  painter: CellPainter;
}

/** Goes on to the edge of the data. Rows on the way are fetched, not too many of them. */
export async function jump(parts: JumpParts, { rows, columns, extend }: Extract<Act, { act: 'jump' }>): Promise<void> {
  const { cursor, sheet, source, painter } = parts;
  const now = () => (extend ? cursor.moving : cursor.active);
  const from = now();
  if (!from) return;
  const keyAt = (column: number) => sheet.view.fields[column]?.key ?? '';
  const filled = (row: number, column: number) => {
    if (row >= source.length) return false;
    const data = source.get(row);
    return data && !isBlank(painter.shown(data, keyAt(column)));
  };
  if (columns !== 0) {
    const column = edgeFrom(from.column, columns, sheet.view.fields.length - 1, (at) => filled(from.row, at));
    cursor.goTo({ row: from.row, column: column ?? from.column }, { extend });
  } else if (rows !== 0) {
    const find = () => edgeFrom(from.row, rows, source.length - 1, (at) => filled(at, from.column));
    let row = find();
    if (row === null) {
      const other = from.row + rows * LOOK;
      await source.load(Math.max(0, Math.min(from.row, other)), Math.max(from.row, other)).catch(() => []);
      // Whoever went somewhere else meanwhile stays there.
      if (from !== now()) return;
      row = find() ?? (rows > 0 ? source.length - 1 : 0);
    }
    cursor.goTo({ row, column: from.column }, { extend });
  }
}
