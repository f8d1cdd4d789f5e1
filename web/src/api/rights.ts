import { queryOptions } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';
import type { Labels, ObjectKey, RecordId } from './types';

export const SCOPES = ['none', 'own', 'team', 'below', 'all'] as const;
/** On whose rows one may act; narrower ones first. */
export type Scope = (typeof SCOPES)[number];
export const VERBS = ['see', 'change', 'delete'] as const;
export type Verb = (typeof VERBS)[number];
export const ACTS = ['create', 'import', 'export', 'share', 'reveal'] as const;
export type Act = (typeof ACTS)[number];
export const ACCESS = ['hidden', 'masked', 'read', 'once', 'write'] as const;
/** What one may do with a field; stricter ones first, `once` writes where it is blank. */
export type Access = (typeof ACCESS)[number];
export const COMPANY = ['manage_fields', 'manage_people', 'backups', 'privacy'] as const;
export type CompanyRight = (typeof COMPANY)[number];
/** The key under which a role says what holds for every object that it does not name. */
export const ELSE = '*';

/** What is left out is not allowed; of fields it is `write`. `pool`: rows that nobody owns count as one's own. */
export interface RoleObject extends Partial<Record<Verb, Scope>>, Partial<Record<Act, boolean>> {
  pool?: boolean;
  fields?: Record<string, Access>;
}
export interface RoleRights extends Partial<Record<CompanyRight, boolean>> {
  objects: Record<ObjectKey, RoleObject>;
}
export interface RoleInfo {
  key: string;
  names: Partial<Labels>;
  builtin: boolean;
  /** It cannot be changed or removed. */
  fixed: boolean;
  rights: RoleRights;
  people: number;
}

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: async ({ signal }) => (await get<{ roles: RoleInfo[] }>('/api/roles', undefined, signal)).roles,
});
export const copyRole = (key: string, name: string) =>
  post<Omit<RoleInfo, 'people'>>('/api/roles', { name, copy_of: key });
export const changeRole = (key: string, change: { name?: string; rights?: RoleRights }) =>
  patch<Omit<RoleInfo, 'people'>>(`/api/roles/${key}`, change);
/** Who has it gets the role `instead`. */
export const removeRole = (key: string, instead?: string) => remove(`/api/roles/${key}`, { instead });

/** Of those who would reach other rows: how many more and fewer. `more`: so many people were not looked at. */
export interface Gains {
  people: { id: number; name: string; changes: { object: ObjectKey; verb: Verb; gains: number; loses: number }[] }[];
  more: number;
}
export const previewRole = (key: string, rights: RoleRights) => post<Gains>(`/api/roles/${key}/preview`, { rights });

export interface Team {
  id: number;
  name: string;
  parent: number | null;
  leader: number | null;
  members: number[];
}
/** What is left out stays as it is. */
export type TeamChange = Partial<Omit<Team, 'id'>>;
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async ({ signal }) => (await get<{ teams: Team[] }>('/api/teams', undefined, signal)).teams,
});
export const addTeam = (team: TeamChange & { name: string }) => post<{ id: number }>('/api/teams', team);
export const changeTeam = (id: number, change: TeamChange) => patch<{ id: number }>(`/api/teams/${id}`, change);
export const removeTeam = (id: number) => remove(`/api/teams/${id}`);
export const previewTeam = (id: number, change: TeamChange) => post<Gains>(`/api/teams/${id}/preview`, change);

interface Named {
  id: number;
  name: string;
}
/** A record for one person or one team; `until`: its last day, `by`: who gave it. */
export interface Share {
  id: number;
  user: Named | null;
  team: Named | null;
  write: boolean;
  until: string | null;
  by: Named | null;
}
const sharesPath = (object: ObjectKey, id: RecordId) => `/api/records/${encodeURIComponent(object)}/${id}/shares`;
export const sharesQuery = (object: ObjectKey, id: RecordId) =>
  queryOptions({
    queryKey: ['shares', object, id],
    queryFn: async ({ signal }) => (await get<{ shares: Share[] }>(sharesPath(object, id), undefined, signal)).shares,
    staleTime: 0,
  });
export type NewShare = { write: boolean; until: string | null } & ({ user: number } | { team: number });
export const addShare = (object: ObjectKey, id: RecordId, share: NewShare) =>
  post<Share>(sharesPath(object, id), share);
export const endShare = (id: number) => remove(`/api/shares/${id}`);

/** What decides whether a person sees, changes or deletes a record: `object`, the one whose rights do. */
export interface Verdict {
  allowed: boolean;
  rule:
    | 'disabled'
    | 'owner_role'
    | 'none'
    | 'all'
    | 'own'
    | 'team'
    | 'below'
    | 'pool'
    | 'shared'
    | 'no_pool'
    | 'others';
  object: ObjectKey;
  scope: Scope;
  owner: Named | null;
  teams: string[];
  share: { team: string | null; write: boolean; until: string | null; by: string | null } | null;
}
export interface Why extends Record<Verb, Verdict> {
  person: Named;
  role: { key: string; names: Partial<Labels> | null };
  /** The object whose record decides in place of this one. */
  through: ObjectKey | null;
  field: {
    access: Access;
    rule: 'role' | 'relation' | 'target' | 'title' | 'computed' | 'none';
    object: ObjectKey;
    field: string | null;
  } | null;
}
export const whyQuery = (object: ObjectKey, id: RecordId, person: number, field: string | null) =>
  queryOptions({
    queryKey: ['why', object, id, person, field],
    queryFn: ({ signal }) =>
      get<Why>(
        `/api/records/${encodeURIComponent(object)}/${id}/why`,
        { person, ...(field !== null && { field }) },
        signal,
      ),
    staleTime: 0,
    gcTime: 0,
  });
