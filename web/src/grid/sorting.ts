import type { Sort } from '@/api/types';

/** The server takes no more. */
export const MAX_SORTS = 8;

/** The order by a column besides those that are there: a column that is among them keeps its place. */
export function alsoSorted(sort: readonly Sort[], one: Sort): Sort[] {
  if (sort.some(({ field }) => field === one.field)) return sort.map((old) => (old.field === one.field ? one : old));
  return [...sort, one].slice(0, MAX_SORTS);
}

/** The order without a column. */
export const unsorted = (sort: readonly Sort[], field: string): Sort[] => sort.filter((one) => one.field !== field);
