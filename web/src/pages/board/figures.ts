import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { readSummary } from '@/api/records';
import type { Field } from '@/api/types';
import type { KindPage } from '@/pages/kinds/kind-page';
import { askedOf } from '@/pages/kinds/rows';

/** How many records a column has, and what the chosen number of theirs comes to. */
export interface Figure {
  count: number;
  sum: number | null;
}
/** By the ids of the columns; those that have no records are missing. */
export type Figures = ReadonlyMap<string, Figure>;

/** Counts and adds up all columns at once, however many cards have been fetched. */
export function useFigures({ object, state: { filter, search } }: KindPage, by?: Field, sum?: Field) {
  return useQuery({
    queryKey: askedOf(object.key, 'figures', filter, search, by?.key, sum?.key),
    enabled: by !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Figures> => {
      const aggregates = sum ? [{ field: sum.key, function: 'sum' as const }] : [];
      const group = by ? [{ field: by.key }] : [];
      const { groups } = await readSummary(object.key, { filter, search, group, aggregates }, signal);
      return new Map(
        groups.map(({ path: [cell], count, values }) => [
          String(cell ?? ''),
          { count, sum: (sum && values[`${sum.key}.sum`]) ?? null },
        ]),
      );
    },
  });
}

export function totalOf(figures: Figures | undefined): number | null {
  return figures ? [...figures.values()].reduce((total, { count }) => total + count, 0) : null;
}
