import { useQueries } from '@tanstack/react-query';
import type { ImportRow, RowsOnly } from '@/api/import-types';
import { readPlanRows } from '@/api/imports';
import type { ObjectKey } from '@/api/types';

const PAGE = 100;

/** The rows of a preview from one place to another, fetched in pages as they come into sight. */
export function usePages(plan: number, object: ObjectKey, only: RowsOnly, first: number, last: number) {
  const start = Math.floor(first / PAGE);
  const count = Math.max(Math.floor(last / PAGE) - start + 1, 1);
  return useQueries({
    queries: Array.from({ length: count }, (_, place) => ({
      queryKey: ['import-rows', plan, object, only, start + place],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readPlanRows(plan, { offset: (start + place) * PAGE, limit: PAGE, only, object }, signal),
      staleTime: 60_000,
    })),
    combine: (pages) => ({
      error: pages.find((page) => page.error)?.error ?? null,
      isReady: pages.some((page) => page.data),
      retry: () => pages.filter((page) => page.error).map((page) => page.refetch()),
      row: (place: number): ImportRow | undefined => pages[Math.floor(place / PAGE) - start]?.data?.rows[place % PAGE],
    }),
  });
}
