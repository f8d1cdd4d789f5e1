import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client';

/** What the sign-in page offers beside the password. */
interface Ways {
  /** A forgotten password is helped by mail. */
  reset: boolean;
  passkeys: boolean;
}
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: ({ signal }) => get<Ways>('/api/sign-in', undefined, signal),
});

/** The same answer for everybody. */
export const askForReset = (email: string) => post('/api/resets', { email });
export const readReset = (token: string) => get<{ email: string }>(`/api/resets/${encodeURIComponent(token)}`);
export const chooseByReset = (token: string, password: string) =>
  post(`/api/resets/${encodeURIComponent(token)}`, { password });
