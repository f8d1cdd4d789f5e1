import { queryOptions } from '@tanstack/react-query';
import { get, post, remove } from './client';

/** A browser in which one is signed in; `way` is how. */
export interface SignInPlace {
  id: number;
  current: boolean;
  way: string;
  address: string;
  device: string;
  created_at: string;
  last_used: string;
}

export const signInsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await get<{ rows: SignInPlace[] }>('/api/sessions', undefined, signal)).rows,
  staleTime: 0,
});
export const endSignIn = (id: number) => remove(`/api/sessions/${id}`);
export const endOtherSignIns = () => post<{ ended: number }>('/api/sessions/end-others');
export const signOutEverywhere = (user: number) => post<{ ended: number }>(`/api/users/${user}/sign-out`);
