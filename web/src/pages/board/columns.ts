import type { Choice, Field, Filter } from '@/api/types';
import type { FieldContext } from '@/fields/context';

/** A column of a board: the records that have this value. */
export interface BoardColumn {
  /** Of a choice or a person; null: nothing is filled in. */
  value: string | number | null;
  /** What names the column in the page. */
  id: string;
  label: string;
  choice?: Choice;
  /** Nothing more comes in here: it shows only while something is inside. */
  quiet: boolean;
}

/** The columns of a choice in its order, or of the people by name; last what has no value. */
export function columnsOf(field: Field, context: FieldContext, none: string): BoardColumn[] {
  const filled: Omit<BoardColumn, 'id'>[] =
    field.kind === 'person'
      ? [...context.people.values()].map(({ id, name, active }) => ({ value: id, label: name, quiet: !active }))
      : field.choices.map((choice) => ({
          value: choice.key,
          label: choice.label,
          choice,
          quiet: choice.archived,
        }));
  return [...filled, { value: null, label: none, quiet: field.required }].map((column) => ({
    ...column,
    id: String(column.value ?? ''),
  }));
}

/** The records of the view that stand in a column. */
export function columnFilter(filter: Filter | null, by: string, value: BoardColumn['value']): Filter {
  const here: Filter = value === null ? { field: by, op: 'empty' } : { field: by, op: 'is', value };
  return filter === null ? here : { and: [filter, here] };
}

/** A card on its way: out of one column, into another, before the server has said so. */
export interface Move<Row extends { id: number }> {
  row: Row;
  from: string;
  to: string;
  place: number;
}

/** The cards of a column as the moves leave them. */
export function withMoves<Row extends { id: number }>(
  rows: readonly Row[],
  column: string,
  moves: readonly Move<Row>[],
): Row[] {
  const list = rows.filter((row) => !moves.some((move) => move.row.id === row.id));
  for (const move of moves) {
    if (move.to === column) list.splice(Math.min(move.place, list.length), 0, move.row);
  }
  return list;
}

/** How many more cards a column has than the server counted, by the moves that it does not know of yet. */
export const movedBy = (column: string, moves: readonly { from: string; to: string }[]): number =>
  moves.reduce((sum, { from, to }) => sum + Number(to === column) - Number(from === column), 0);
