import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { queryClient } from '@/api/cache';
import { queryRows } from '@/api/records';
import type { Filter, ObjectKey, Sort } from '@/api/types';
import { onRecordsChanged } from '@/commands/changed';
import type { GridRow } from '@/grid/source';
import { rowsOf } from '@/pages/table/rows';

/** Rows that are fetched at a time. */
export const PAGE = 50;
/** While others write without pause, what is shown is asked anew at most so often. */
const CALM_MS = 1000;
const ROWS = 'rows';

export interface Question {
  filter: Filter | null;
  sort: Sort[];
  search: string;
  fields: string[];
}

export interface EndlessRows {
  /** Undefined: none have come yet. */
  rows: GridRow[] | undefined;
  /** Of all rows; null where the server has not counted them. */
  count: number | null;
  error: unknown;
  /** Fetches the next rows, if there are any and none are on their way. */
  more: (() => void) | null;
  retry: () => void;
}

/** Rows of a question from its beginning, more of them as one scrolls. */
export function useEndlessRows(object: ObjectKey, question: Question, enabled = true): EndlessRows {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: [ROWS, object, question],
    enabled,
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam, signal }) => {
      const answer = await queryRows(object, { ...question, offset: pageParam, limit: PAGE, keep: false }, signal);
      return { rows: rowsOf(answer.rows, question.fields, pageParam), count: answer.count };
    },
    getNextPageParam: (last, pages) => (last.rows.length < PAGE ? undefined : pages.length * PAGE),
  });
  const rows = useMemo(() => data && eachOnce(data.pages.flatMap((page) => page.rows)), [data]);
  const counted = data?.pages.at(-1)?.count ?? null;
  return {
    rows,
    count: counted ?? (rows && !hasNextPage ? rows.length : null),
    error,
    more: hasNextPage && !isFetching ? () => void fetchNextPage() : null,
    retry: () => void refetch(),
  };
}

/** A row that moved down between two pages is in both. */
function eachOnce(rows: readonly GridRow[]): GridRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** The query key of something else that is asked about the records of an object, and to be asked anew with them. */
export const askedOf = (object: ObjectKey, ...question: unknown[]) => [ROWS, object, ...question];

/** Asks anew for what is shown of an object; done when the answers are here. */
export const freshRows = (object: ObjectKey): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: [ROWS, object] });

/** Keeps what is shown of an object true, whoever changes records; `self` asks by itself. */
export function useFreshRows(object: ObjectKey, self: unknown): void {
  const refresh = useCallback(() => void freshRows(object), [object]);
  useOnChanges(refresh, self);
}

/** Acts when records of any object change: one shows what others say of it, too. `self` acts by itself. */
export function useOnChanges(act: () => void, self?: unknown): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const perform = () => {
      timer = undefined;
      last = Date.now();
      act();
    };
    const stop = onRecordsChanged((_, from) => {
      if ((self !== undefined && from === self) || timer !== undefined) return;
      timer = setTimeout(perform, Math.max(0, last + CALM_MS - Date.now()));
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [act, self]);
}
