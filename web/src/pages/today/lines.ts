import type { DayAnswer, ListKey } from '@/api/today';
import type { Cell, Filter, ObjectKey, Row } from '@/api/types';
import { isRelation } from '@/fields/cells';
import type { GridRow } from '@/grid/source';
import { rowsOf } from '@/pages/table/rows';

/** One thing to be done. */
export interface DayLine {
  object: ObjectKey;
  row: GridRow;
  /** The day that it is for, of what has one. */
  day: string;
  /** Of a task or a deal: what is known of its customer. */
  customer: Record<string, Cell> | null;
}
export interface DaySection {
  key: ListKey;
  lines: DayLine[];
  /** Where the whole is, of each object that has more than is shown. */
  whole: { object: ObjectKey; filter: Filter }[];
}

const ORDER: readonly ListKey[] = ['overdue', 'today', 'week', 'new', 'still'];
/** By which a record is in a list of days. */
export const DAY_FIELDS: Partial<Record<ObjectKey, string>> = { customers: 'next_follow_up', tasks: 'due_date' };

/** The lists of the page: customers and tasks of the same days together. */
export function sectionsOf(answer: DayAnswer): DaySection[] {
  const cells = (object: ObjectKey, rows: readonly Row[]) => rowsOf(rows, answer.fields[object] ?? [], 0);
  const customers = new Map(cells('customers', answer.customers).map((row) => [row.id, row.cells]));
  return ORDER.flatMap((key) => {
    const lists = answer.lists.filter((list) => list.key === key);
    const lines = lists.flatMap(({ object, rows }) =>
      cells(object, rows).map((row): DayLine => {
        const of = row.cells.customer;
        const field = DAY_FIELDS[object];
        return {
          object,
          row,
          day: field ? String(row.cells[field] ?? '') : '',
          customer: (isRelation(of) && customers.get(of.id)) || null,
        };
      }),
    );
    // Only what has a day: the others are in their own order.
    if (lists.length > 1) lines.sort((a, b) => a.day.localeCompare(b.day));
    const whole = lists.flatMap(({ object, more, filter }) => (more && filter ? [{ object, filter }] : []));
    return lines.length > 0 ? [{ key, lines, whole }] : [];
  });
}
