import { queryOptions, useQuery } from '@tanstack/react-query';
import { queryClient } from './cache';
import { get, patch, post, remove } from './client';
import type { ObjectKey, View, ViewSpec } from './types';

export const viewsQuery = (object: ObjectKey) =>
  queryOptions({
    queryKey: ['views', object],
    queryFn: async ({ signal }) => (await get<{ views: View[] }>('/api/views', { object }, signal)).views,
    staleTime: 60_000,
  });
export const useViews = (object: ObjectKey) => useQuery(viewsQuery(object));

export const createView = (view: { object: ObjectKey; name: string; spec: ViewSpec; shared: boolean }) =>
  post<View>('/api/views', view);
export const changeView = (id: number, change: { name?: string; spec?: ViewSpec; position?: number }) =>
  patch<View>(`/api/views/${id}`, change);
export const deleteView = (id: number) => remove(`/api/views/${id}`);

/** Adds columns at the end of everybody's views: a new field is there at once. */
export async function showInSharedViews(object: ObjectKey, keys: string[]): Promise<void> {
  const views = await queryClient.fetchQuery({ ...viewsQuery(object), staleTime: 0 });
  for (const view of views) {
    const shown = view.spec.fields ?? [];
    const missing = keys.filter((key) => !shown.includes(key));
    // A view that names no columns shows them all.
    if (view.owner !== null || shown.length === 0 || missing.length === 0) continue;
    await changeView(view.id, { spec: { ...view.spec, fields: [...shown, ...missing] } });
  }
  await queryClient.invalidateQueries(viewsQuery(object));
}
