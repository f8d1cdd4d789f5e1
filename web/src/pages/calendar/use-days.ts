import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryRows, readSummary } from '@/api/records';
import type { Cell, Field, Filter, RecordId } from '@/api/types';
import { formatCell } from '@/fields/format';
import type { GridRow } from '@/grid/source';
import type { KindPage } from '@/pages/kinds/kind-page';
import { askedOf } from '@/pages/kinds/rows';
import { rowsOf } from '@/pages/table/rows';
import { dayOf, spanFilter } from './span';

/** So many records come at once; where there are more, each day asks for its own. */
const AT_ONCE = 500;

/** A record on one of its days. */
export interface Entry {
  row: GridRow;
  /** The time of day of a moment, `HH:mm`. */
  time: string;
  /** It began on an earlier day. */
  goesOn: boolean;
  /** Something of it waits for the line. */
  waits: boolean;
}
export interface Day {
  day: string;
  entries: Entry[];
  /** Of all records of the day, also those that were not fetched. */
  count: number;
}
export interface Days {
  /** By day; undefined until they are here. */
  days: ReadonlyMap<string, Day> | undefined;
  /** How many records that are; one that goes on for days is one. */
  total: number | null;
  error: unknown;
  filterOf: (day: string) => Filter;
}
/** What was just written and the server has not told yet. */
export type Pending = ReadonlyMap<RecordId, Record<string, Cell>>;

/**
 * The records of the days that are shown, and of no others. Usually one question brings them all; on crowded days only
 * the first `lines` of each and their number.
 */
export function useDays(
  page: KindPage,
  date: Field,
  end: Field | undefined,
  shown: readonly string[],
  lines: number,
  fields: string[],
  pending: Pending,
): Days {
  const { object, state, context, unsent } = page;
  const [first = '', last = ''] = [shown[0], shown.at(-1)];
  const filterOf = (from: string, to: string) => spanFilter(state.filter, date.key, end?.key, [from, to]);
  const sort = [{ field: date.key, desc: false }, ...state.sort.filter(({ field }) => field !== date.key)];
  const { search } = state;
  const ask = async (filter: Filter, limit: number, signal: AbortSignal) => {
    const answer = await queryRows(object.key, { filter, sort, search, fields, offset: 0, limit, keep: false }, signal);
    return rowsOf(answer.rows, fields, 0);
  };

  const all = useQuery({
    queryKey: askedOf(object.key, 'span', filterOf(first, last), sort, search, fields),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(filterOf(first, last), AT_ONCE, signal),
  });
  const crowded = all.data?.length === AT_ONCE && !all.isPlaceholderData;
  const counts = useQuery({
    queryKey: askedOf(object.key, 'counts', filterOf(first, last), search),
    enabled: crowded,
    queryFn: async ({ signal }) => {
      const filter = filterOf(first, last);
      const group = [{ field: date.key, unit: 'day' as const }];
      const { groups } = await readSummary(object.key, { filter, search, group, aggregates: [] }, signal);
      return new Map(groups.map(({ path: [day], count }) => [String(day), count]));
    },
  });
  const single = useQueries({
    queries: (crowded && counts.data ? shown.filter((day) => end || counts.data.has(day)) : []).map((day) => ({
      queryKey: askedOf(object.key, 'day', filterOf(day, day), sort, search, fields, lines),
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(filterOf(day, day), lines, signal),
    })),
    combine: together,
  });

  // The first ones come with the question for all, those of later days as they arrive.
  const rows = useMemo(
    () => all.data && [...new Map([...all.data, ...single.rows].map((row) => [row.id, row])).values()],
    [all.data, single.rows],
  );
  const days = useMemo(() => {
    if (!rows) return undefined;
    const made = new Map<string, Day>(
      shown.map((day) => [day, { day, entries: [], count: (crowded && counts.data?.get(day)) || 0 }]),
    );
    for (const row of rows) {
      const cells = { ...row.cells, ...unsent.get(row.id), ...pending.get(row.id) };
      const from = dayOf(cells[date.key], context);
      if (from === null) continue;
      const until = (end && dayOf(cells[end.key], context)) ?? from;
      for (const day of shown) {
        if (day !== from && (day < from || day > until)) continue;
        const time =
          date.kind === 'datetime' && day === from ? formatCell(date, cells[date.key], context).slice(11) : '';
        made.get(day)?.entries.push({ row: { ...row, cells }, time, goesOn: day !== from, waits: unsent.has(row.id) });
      }
    }
    for (const day of made.values()) day.count = Math.max(day.count, day.entries.length);
    return made;
  }, [rows, shown, crowded, counts.data, pending, unsent, date, end, context]);

  const sum = (numbers: Iterable<number>) => [...numbers].reduce((whole, one) => whole + one, 0);
  const counted = crowded ? counts.data && sum(counts.data.values()) : rows?.length;
  return {
    days,
    total: counted ?? null,
    error: all.error ?? counts.error ?? single.error ?? null,
    filterOf: (day) => filterOf(day, day),
  };
}

function together(answers: { data: GridRow[] | undefined; error: unknown }[]) {
  return {
    rows: answers.flatMap(({ data }) => data ?? []),
    error: answers.find(({ error }) => error)?.error,
  };
}
