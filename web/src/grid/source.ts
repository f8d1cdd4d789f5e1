import type { Cell, Within } from '@/api/types';

/** What stands above the rows of a group. */
export interface GroupHead {
  /** Names the group and those around it. */
  key: string;
  /** 0: the outermost. */
  level: number;
  /** The field whose value the rows share, and for dates the span. */
  field: string;
  unit?: Within['unit'];
  cell: Cell;
  /** What the rows have at every level down to this one. */
  path: Cell[];
  count: number;
  /** By `field.sum` and `field.filled`. */
  values: Record<string, number>;
  open: boolean;
}

/**
 * A record as the grid holds it; `cells` by field key. An id below zero is the place of a record that is gone since the
 * rows were ordered, or the head of a group: it takes no edits.
 */
export interface GridRow {
  id: number;
  version: number;
  cells: Record<string, Cell>;
  head?: GroupHead;
}

const LAST_UNMADE_ID = -(2 ** 40);

/** Whether a record waits for the line to be made: it has an id of its own until then, and takes edits. */
export const isUnmade = (id: number): boolean => id <= LAST_UNMADE_ID;

/** Row numbers, both ends in. */
export type RowSpan = readonly [from: number, to: number];

/** Rows that live elsewhere, of which some are here. The grid asks by row number and never waits. */
export interface RowSource {
  /** May be a guess until the first rows are here. */
  readonly length: number;
  /** The row if it is here. */
  get(row: number): GridRow | undefined;
  /** The row of a record that is here and shows. */
  find(id: number): number | undefined;
  /** What a row is counted as, from 1; 0 for the head of a group. */
  numberOf(row: number): number;
  /**
   * Lets the rows of a span change places with the one above or below them. False: not all of them are here, or not in
   * one group.
   */
  swap?(from: number, to: number, step: 1 | -1): boolean;
  /** The groups that a row stands in, or is the head of, outermost first; none where nothing is grouped. */
  groupsAt?(row: number): readonly GroupHead[];
  /** Every innermost group, with those around it before it. */
  innermost?(): readonly (readonly GroupHead[])[];
  /** Opens or closes the group whose head the row is. */
  toggle?(row: number): void;
  /**
   * Says which rows are looked at, and how many at the top always are; missing ones are fetched, and what was wanted
   * before no longer matters.
   */
  ensure(from: number, to: number, top?: number): void;
  /** All rows of the span, fetched where they are missing. Rejects when a fetch fails. */
  load(from: number, to: number): Promise<GridRow[]>;
  /** Those rows of the span that are here, in order. */
  loaded(from: number, to: number): Iterable<readonly [row: number, data: GridRow]>;
  /** A record as it is now: the answer to a save, or news from elsewhere. Does nothing where it is not here. */
  patch(id: number, version: number, cells: Record<string, Cell>): void;
  /** Calls `listener` with the rows that changed, or `all` when length or order did. Returns the way to stop. */
  subscribe(listener: (changed: RowSpan | 'all') => void): () => void;
}
