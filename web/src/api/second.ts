import { queryOptions } from '@tanstack/react-query';
import { get, patch, post } from './client';

export interface SecondFactorState {
  on: boolean;
  since: string | null;
  codes_left: number;
  compulsory: boolean;
}

export const secondQuery = queryOptions({
  queryKey: ['second factor'],
  queryFn: ({ signal }) => get<SecondFactorState>('/api/two-factor', undefined, signal),
  staleTime: 0,
});
export const beginSecond = (password: string) =>
  post<{ secret: string; uri: string }>('/api/two-factor/begin', { password });
export const confirmSecond = async (code: string) =>
  (await post<{ codes: string[] }>('/api/two-factor/confirm', { code })).codes;
export const newRecoveryCodes = async (password: string) =>
  (await post<{ codes: string[] }>('/api/two-factor/codes', { password })).codes;
export const turnSecondOff = (password: string) => post('/api/two-factor/off', { password });
/** The code after the password. */
export const signInWithCode = (code: string) => post('/api/sign-in/second', { code });
export const resetSecond = (user: number) => post(`/api/users/${user}/two-factor/reset`);

/** `roles`: the keys of those whose people have to; `offered`: all there are. */
interface SignInRules {
  roles: string[];
  offered: { key: string; names: Record<string, string> }[];
}
export const rulesQuery = queryOptions({
  queryKey: ['sign-in rules'],
  queryFn: ({ signal }) => get<SignInRules>('/api/sign-in-rules', undefined, signal),
});
export const changeRules = (roles: string[]) => patch<SignInRules>('/api/sign-in-rules', { roles });
