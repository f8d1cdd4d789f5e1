import type { Cell, InvalidCell, MaskedCell, RelationCell } from '@/api/types';

export const isInvalid = (cell: Cell | undefined): cell is InvalidCell => hasKey(cell, 'invalid');
export const isMasked = (cell: Cell | undefined): cell is MaskedCell => hasKey(cell, 'masked');
export const isRelation = (cell: Cell | undefined): cell is RelationCell => hasKey(cell, 'id');

function hasKey(cell: Cell | undefined, key: string): boolean {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell) && key in cell;
}

/** What a record is called by its title: its mask where that is all there is. */
export function nameIn(cell: Cell | undefined): string {
  if (isMasked(cell)) return cell.masked;
  return isInvalid(cell) ? cell.invalid : String(cell ?? '');
}

/** An empty list and an unticked box count as empty, as they do on the server. */
export function isBlank(cell: Cell | undefined): boolean {
  return (
    cell === undefined || cell === null || cell === '' || cell === false || (Array.isArray(cell) && cell.length === 0)
  );
}

/** Whether two cells show and store the same. */
export function sameCell(a: Cell | undefined, b: Cell | undefined): boolean {
  if (a === b || (isBlank(a) && isBlank(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, place) => item === b[place]);
  if (isRelation(a) && isRelation(b)) return a.id === b.id;
  if (isInvalid(a) && isInvalid(b)) return a.invalid === b.invalid;
  if (isMasked(a) && isMasked(b)) return a.masked === b.masked;
  return false;
}
