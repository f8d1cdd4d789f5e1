import { queryOptions, useQuery } from '@tanstack/react-query';
import { queryClient } from './cache';
import { ApiError, actFor, get, isApiError, patch, post, remove, stray } from './client';
import type { Language, Me, SetupInfo, Token, TokenScopes } from './types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await get<Me>('/api/me', undefined, signal);
    const shown = queryClient.getQueryData<Me>(['me']);
    if (shown && shown.user.id !== me.user.id) {
      // All that the page shows is the other one's, until it is loaded anew.
      stray('another_person');
      return shown;
    }
    actFor(me.user.id);
    return me;
  },
  staleTime: 5 * 60_000,
  retry: false,
});
/** The signed-in person. Only below the shell, which waits for it. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('useMe outside the signed-in shell');
  return data;
}

/** Under whose id the browser keeps what is typed here: what one types with another's eyes is not that person's. */
export const keptFor = ({ user, viewer }: Me): number => (viewer ? -user.id : user.id);

const AUTH = '/_allauth/browser/v1/auth';

export class BadCredentials extends Error {}
export class TooManyTries extends Error {}

export async function signIn(email: string, password: string): Promise<void> {
  try {
    await post(`${AUTH}/login`, { email, password });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'second_factor_asked') throw error;
    if (error.status === 409) return; // signed in already, in another tab
    if (error.status === 400 || error.status === 401) throw new BadCredentials();
    if (error.status === 429) throw new TooManyTries();
    throw error;
  }
}

export async function signOut(): Promise<void> {
  try {
    await remove(`${AUTH}/session`);
  } catch (error) {
    // allauth answers 401 for "now signed out".
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  actFor(null);
}

/** Null when the program was set up already. */
export async function readSetup(): Promise<SetupInfo | null> {
  try {
    const info = await get<SetupInfo>('/api/setup');
    return info.needed ? info : null;
  } catch (error) {
    if (isApiError(error, 'not_found')) return null;
    throw error;
  }
}

export interface SetupForm {
  secret: string;
  company: string;
  name: string;
  email: string;
  password: string;
  template: string;
  language: Language;
}
export async function setUp(form: SetupForm): Promise<void> {
  await post('/api/setup', form);
}

export const readInvite = (token: string) =>
  get<{ email: string; name: string; company: string }>(`/api/invites/${encodeURIComponent(token)}`);
export async function acceptInvite(token: string, name: string, password: string): Promise<void> {
  await post(`/api/invites/${encodeURIComponent(token)}`, { name, password });
}

export type MeChange = Partial<{
  name: string;
  language: Language;
  time_zone: string;
  password: { current: string; new: string };
}>;
export const changeMe = (change: MeChange) => patch<Me>('/api/me', change);

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await get<{ rows: Token[] }>('/api/tokens')).rows,
});
/** `what`: all that the person may, as far as that goes, or verbs by object. */
export const createToken = (name: string, what: 'read' | 'write' | TokenScopes, days: number | null) =>
  post<{ id: number; token: string }>('/api/tokens', {
    name,
    days,
    ...(typeof what === 'string' ? { scope: what } : { scopes: what }),
  });
export const deleteToken = (id: number) => remove(`/api/tokens/${id}`);
