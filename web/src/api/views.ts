import { queryOptions, useQuery } from '@tanstack/react-query';
import { get, patch, post, remove } from './client';
import type { ObjectKey, View, ViewKind, ViewSpec } from './types';

export const viewsQuery = (object: ObjectKey) =>
  queryOptions({
    queryKey: ['views', object],
    queryFn: async ({ signal }) => (await get<{ views: View[] }>('/api/views', { object }, signal)).views,
    staleTime: 60_000,
  });
export const useViews = (object: ObjectKey) => useQuery(viewsQuery(object));

export const createView = (view: {
  object: ObjectKey;
  name: string;
  kind: ViewKind;
  spec: ViewSpec;
  shared: boolean;
}) => post<View>('/api/views', view);
export interface ViewChange {
  name?: string;
  spec?: ViewSpec;
  /** Its place among everybody's views, or among one's own. */
  position?: number;
  shared?: boolean;
  locked?: boolean;
}
export const changeView = (id: number, change: ViewChange) => patch<View>(`/api/views/${id}`, change, true);
export const deleteView = (id: number) => remove(`/api/views/${id}`);
