import { queryOptions } from '@tanstack/react-query';
import { get, patch, post } from './client';
import type { Account, Backup, Notification, ReportTile, Role } from './types';

export const accountsQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => (await get<{ rows: Account[] }>('/api/users', undefined, signal)).rows,
});
export const inviteAccount = (who: { email: string; name: string; role: Role }) =>
  post<{ id: number; invite_link: string; mailed: boolean }>('/api/users', who);
export const inviteAgain = (id: number) => post<{ invite_link: string; mailed: boolean }>(`/api/users/${id}/invite`);
export const changeAccount = (id: number, change: { role?: Role; active?: boolean; name?: string }) =>
  patch<Account>(`/api/users/${id}`, change);

export const backupsQuery = queryOptions({
  queryKey: ['backups'],
  queryFn: async ({ signal }) => (await get<{ rows: Backup[] }>('/api/backups', undefined, signal)).rows,
});
export const backUp = () => post<{ job: number }>('/api/backups');

export const overviewQuery = (months: number) =>
  queryOptions({
    queryKey: ['overview', months],
    queryFn: async ({ signal }) =>
      (await get<{ tiles: ReportTile[] }>('/api/reports/overview', { months }, signal)).tiles,
  });

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => get<{ unread: number; rows: Notification[] }>('/api/notifications', undefined, signal),
  refetchInterval: 60_000,
});
export const markRead = (which: { ids: number[] } | { all: true }) => post('/api/notifications/read', which);
