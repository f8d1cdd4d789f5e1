import type { Field } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { formatCell } from '@/fields/format';
import type { CellPainter } from '@/grid/painter';
import type { GridRow } from '@/grid/source';

/** As the server compares: without case and width, blanks made single. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean).join(' ');
}

/** Whether a cell shows the words, which are folded already. */
export function shows(painter: CellPainter, row: GridRow, field: Field, words: string, context: FieldContext): boolean {
  const cell = painter.shown(row, field.key);
  if (words === '' || cell === undefined || cell === null) return false;
  if (folded(formatCell(field, cell, context)).includes(words)) return true;
  // 51,500 is found by 51500, too.
  return typeof cell === 'number' && String(cell) === words.replaceAll(',', '');
}

/**
 * The next of some columns of a row on the way; null: on to another row.
 *
 * @param at the column of the cursor where the row is its row; null for any other
 * @param inclusive where the text is new: the cell in which one is may hold it
 */
export function nextColumn(columns: readonly number[], at: number | null, back: boolean, inclusive: boolean) {
  const way = [...columns].sort((a, b) => (back ? b - a : a - b));
  if (at === null) return way[0] ?? null;
  const beyond = (column: number) => (back ? column < at : column > at);
  return way.find((column) => beyond(column) || (inclusive && column === at)) ?? null;
}
