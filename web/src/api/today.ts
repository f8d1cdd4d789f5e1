import { queryOptions } from '@tanstack/react-query';
import { get } from './client';
import { readFrom } from './told';
import type { Filter, ObjectKey, Row } from './types';

export type Who = 'mine' | 'team';
export type ListKey = 'overdue' | 'today' | 'week' | 'new' | 'still';

export interface DayAsked {
  who: Who;
  /** For so many days nobody has touched a deal that stands still. */
  still: number;
}

/** What is to be done, as this person may see it. */
export interface DayAnswer {
  /** The person's local day; null where there is nothing at all that he could see. */
  today: string | null;
  /** Whether he sees records of others. */
  team: boolean;
  /** Of each object, in the order of the cells of its rows. */
  fields: Record<ObjectKey, string[]>;
  lists: { key: ListKey; object: ObjectKey; rows: Row[]; more: boolean; filter: Filter | null }[];
  /** Those that tasks and deals are of. */
  customers: Row[];
}

export const DAY = 'today';
export const dayQuery = (asked: DayAsked) =>
  queryOptions({
    queryKey: [DAY, asked],
    queryFn: async ({ signal }) => {
      const answer = await get<DayAnswer & { after: unknown }>('/api/today', { ...asked }, signal);
      readFrom(answer.after);
      return answer;
    },
  });
