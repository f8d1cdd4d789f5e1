import type { Cell, Condition, Field, Filter, Operator } from '@/api/types';
import { isBlank, isInvalid, isMasked, isRelation } from './cells';
import { dayIn, type FieldContext } from './context';

/** The server compares texts up to this length. */
const MAX_TEXT = 2000;

export interface QuickFilters {
  only: Filter;
  not: Filter;
}

/** "Only this value" and "not this value" for a cell; null where no condition says exactly that. */
export function quickFilters(field: Field, cell: Cell | undefined, context: FieldContext): QuickFilters | null {
  if (field.operators.length === 0 || cell === undefined || isInvalid(cell) || isMasked(cell)) return null;
  const pair = (only: Operator, not: Operator, value?: Condition['value']): QuickFilters => ({
    only: { field: field.key, op: only, ...(value === undefined ? {} : { value }) },
    not: { field: field.key, op: not, ...(value === undefined ? {} : { value }) },
  });
  if (field.kind === 'checkbox') {
    const condition = (value: boolean): Filter => ({ field: field.key, op: 'is', value });
    return { only: condition(cell === true), not: condition(cell !== true) };
  }
  if (isBlank(cell)) return pair('empty', 'not_empty');
  if (isRelation(cell)) return pair('in', 'not_in', [cell.id]);
  if (Array.isArray(cell)) {
    // All of them; and the rows that miss one of them.
    const parts = cell.map((one) => pair('in', 'not_in', [one]));
    const [first] = parts;
    if (parts.length === 1 && first) return first;
    return { only: { and: parts.map(({ only }) => only) }, not: { or: parts.map(({ not }) => not) } };
  }
  switch (field.kind) {
    case 'choice':
    case 'person':
      return pair('in', 'not_in', [cell] as Condition['value']);
    case 'date':
      return pair('on', 'is_not', cell);
    case 'datetime':
      return pair('on', 'is_not', dayIn(context.timeZone, new Date(String(cell))));
    default:
      return typeof cell === 'string' && !isOneLine(cell) ? null : pair('is', 'is_not', cell);
  }
}

/** Texts are compared as one line of words. */
const isOneLine = (text: string) => text.length <= MAX_TEXT && text === text.trim().split(/\s+/).join(' ');
