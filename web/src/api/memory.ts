import { get, post } from './client';
import type { ObjectKey, RecordId } from './types';

/** A record in the trash. */
export interface TrashRow {
  id: RecordId;
  label: string;
  number: string;
  deleted_at: string;
  deleted_by: { id: number; name: string } | null;
  /** Whole days until it goes for good. */
  days_left: number;
  /** How many records of other objects went with it and come back with it. */
  with: Record<ObjectKey, number>;
}

const trash = (object: ObjectKey) => `/api/trash/${encodeURIComponent(object)}`;

export const readTrash = (object: ObjectKey, search: string, offset: number, limit: number, signal?: AbortSignal) =>
  get<{ count: number; rows: TrashRow[] }>(trash(object), { search: search || null, offset, limit }, signal);

export const restoreRecords = (object: ObjectKey, ids: RecordId[], label: string) =>
  post<{ change_set: number }>(`${trash(object)}/restore`, { ids, label });

/** There is no way back. */
export const purgeRecords = (object: ObjectKey, ids: RecordId[]) =>
  post<{ change_set: number }>(`${trash(object)}/purge`, { ids });
