import { queryOptions } from '@tanstack/react-query';
import { get, post, remove } from './client';

/** The address of one's calendar, without its secret; null where there is none. */
interface Feed {
  created_at: string | null;
  last_used: string | null;
}

export const feedQuery = queryOptions({
  queryKey: ['feed'],
  queryFn: ({ signal }) => get<Feed>('/api/feed', undefined, signal),
});
/** The address is shown this once; the one before leads nowhere from then on. */
export const makeFeed = () => post<{ uri: string }>('/api/feed');
export const removeFeed = () => remove('/api/feed');
