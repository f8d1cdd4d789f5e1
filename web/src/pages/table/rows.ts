import { useEffect, useMemo, useRef, useState } from 'react';
import { isApiError } from '@/api/client';
import { queryRows, readPage } from '@/api/records';
import { cellsOf, lately, numberOf, readFrom } from '@/api/told';
import type { Filter, Group, Level, ObjectKey, RecordId, Row, Sort } from '@/api/types';
import { GroupedSource } from '@/grid/groups';
import { type FetchPage, RemoteSource, SnapshotGone } from '@/grid/remoteSource';
import type { GridRow } from '@/grid/source';

export interface Question {
  object: ObjectKey;
  filter: Filter | null;
  sort: Sort[];
  search: string;
  group: Level[];
  /** Keys of fields whose numbers the heads of groups sum up. */
  summed: string[];
  fields: string[];
  /** A day: the rows as they were at its end. */
  asOf?: string;
}

export interface Rows {
  source: GroupedSource;
  /** Null: not known yet. */
  count: number | null;
  /** The last fetch did not arrive; it is tried again by itself. */
  error: unknown;
  /** Names the order of the rows at the server; null until it is known. */
  snapshot: () => string | null;
  /** Asks the server anew: order, number and values. */
  refresh: () => void;
  /** Fetches the values anew; every row keeps its place. */
  reread: () => void;
  /** Whether a record is here, in a closed group too. */
  holds: (id: RecordId) => boolean;
  /** Counts the orders that were asked for. */
  opened: number;
  /** A record is gone. */
  vanish: (id: RecordId) => void;
  /** The number of the last change that the order knows; see `api/live`. */
  after: () => number;
}

/**
 * The rows of a view, for the grid. The source stays the same while filter, sort or search change, so that the grid
 * keeps what it shows until the new rows are here; another `place` (object and view) begins anew.
 */
export function useRows(place: string, question: Question): Rows {
  const [state, setState] = useState<{ count: number | null; error: unknown }>({ count: null, error: null });
  const [opened, setOpened] = useState(0);
  const asked = useAskedFields(place, question.fields);
  const { object, filter, sort, search, group } = question;
  const key = JSON.stringify([object, filter, sort, search, group, group.length > 0 ? question.summed : [], asked]);
  const latest = useRef<Question>(question);
  latest.current = { ...question, fields: asked };

  const source = useMemo(() => {
    const told = (count: number | null) => setState({ count, error: null });
    const grouped = (levels: Level[], groups: Group[] | null) => shown.show(levels, groups);
    const order: { name: string | null; after: number } = { name: null, after: 0 };
    const named = (snapshot: string | null, cursor: unknown) => {
      order.name = snapshot;
      order.after = numberOf(cursor);
      readFrom(cursor);
      setOpened((before) => before + 1);
    };
    const open = () => openQuestion(latest.current, { told, named, grouped, recounted: () => made.refresh() });
    const made: RemoteSource = new RemoteSource(open(), {
      reopen: () => Promise.resolve(open()),
      onError: (error) => setState((before) => ({ ...before, error })),
    });
    const kept = `kebu.closed.${place}`;
    const shown = new GroupedSource(made, readClosed(kept), (closed) =>
      localStorage.setItem(kept, JSON.stringify([...closed])),
    );
    return { made, shown, open, order };
  }, [place]);

  const last = useRef({ source, key });
  useEffect(() => {
    if (last.current.source === source && last.current.key !== key) source.made.refresh(source.open());
    last.current = { source, key };
  }, [source, key]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: counting begins anew with each source
  useEffect(() => setState({ count: null, error: null }), [source]);

  return {
    source: source.shown,
    snapshot: () => source.order.name,
    ...state,
    refresh: () => source.made.refresh(source.open()),
    reread: () => source.made.refresh(),
    holds: (id) => source.made.find(id) !== undefined,
    opened,
    vanish: (id) => source.made.vanish(id),
    after: () => source.order.after,
  };
}

/** Fields once asked for stay asked for: showing, hiding and moving columns then fetches nothing that is here. */
function useAskedFields(place: string, fields: string[]): string[] {
  const asked = useRef<{ place: string; keys: string[] }>({ place, keys: [] });
  if (asked.current.place !== place) asked.current = { place, keys: [] };
  const missing = fields.filter((key) => !asked.current.keys.includes(key));
  if (missing.length > 0) asked.current = { place, keys: [...asked.current.keys, ...missing] };
  return asked.current.keys;
}

/** The groups that this browser keeps closed. */
function readClosed(kept: string): string[] {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(kept) ?? '[]');
    return Array.isArray(keys) ? keys.map(String) : [];
  } catch {
    return [];
  }
}

interface Hearer {
  /** `cursor`: the place in the stream of changes that belongs to the order. */
  named: (snapshot: string | null, cursor: unknown) => void;
  told: (count: number | null) => void;
  grouped: (levels: Level[], groups: Group[] | null) => void;
  /** The number of rows became known after the first of them. */
  recounted: () => void;
}

/** Pages of one question: the first by itself, every other from the order that the server then holds. */
function openQuestion(question: Question, { told, named, grouped, recounted }: Hearer): FetchPage {
  const { object, filter, sort, search, group, summed, fields, asOf } = question;
  const totals = summed.flatMap((field) => [
    { field, function: 'sum' as const },
    { field, function: 'filled' as const },
  ]);
  // What is told is news of now.
  const fresh = (rows: GridRow[]) => (asOf ? rows : freshened(object, rows));
  let snapshot: string | null = null;
  let count: number | null = null;
  let opening: Promise<unknown> | null = null;

  async function first(offset: number, limit: number) {
    const grouping = group.length > 0 ? { group, totals } : {};
    const answer = await queryRows(object, { filter, sort, search, ...grouping, fields, offset, limit, as_of: asOf });
    grouped(group, answer.groups);
    snapshot = answer.snapshot;
    named(snapshot, answer.after);
    count = answer.count;
    told(count);
    if (count === null && snapshot !== null) void learnCount(snapshot);
    return { count, rows: fresh(rowsOf(answer.rows, fields, offset)) };
  }

  /** On a large table the first rows come before the order is known; the next answer has the number. */
  async function learnCount(name: string) {
    const page = await readPage(object, { snapshot: name, offset: 0, limit: 1, fields: fields.slice(0, 1) }).catch(
      () => null,
    );
    if (!page || name !== snapshot) return;
    count = page.count;
    told(count);
    recounted();
  }

  return async (offset, limit) => {
    if (opening) await opening;
    if (snapshot === null) {
      const page = first(offset, limit);
      opening = page.catch(() => null);
      try {
        return await page;
      } finally {
        opening = null;
      }
    }
    try {
      const page = await readPage(object, { snapshot, offset, limit, fields });
      return { count: page.count, rows: fresh(rowsOf(page.rows, fields, offset)) };
    } catch (error) {
      if (isApiError(error, 'snapshot_gone')) throw new SnapshotGone();
      throw error;
    }
  };
}

/** A row that is gone since keeps its place, empty: it gets an id of its own below zero. */
export function rowsOf(rows: readonly (Row | null)[], fields: readonly string[], offset: number): GridRow[] {
  return rows.map((row, place) => {
    if (!row) return { id: -(offset + place + 1), version: 0, cells: {} };
    const [id, version, ...cells] = row;
    return { id, version, cells: Object.fromEntries(fields.map((key, column) => [key, cells[column] ?? null])) };
  });
}

/** Rows with what was told of them while they were on their way. */
function freshened(object: ObjectKey, rows: GridRow[]): GridRow[] {
  const told = lately(object);
  if (told.length === 0) return rows;
  const newest = new Map(told.flatMap((changes) => changes.rows.map((row) => [row[0], { changes, row }] as const)));
  return rows.map((one) => {
    const news = newest.get(one.id);
    if (!news || news.row[1] <= one.version) return one;
    const cells = cellsOf(news.changes, news.row);
    const asked = Object.keys(one.cells).map((key) => [key, cells[key] ?? null] as const);
    return { id: one.id, version: news.row[1], cells: Object.fromEntries(asked) };
  });
}
