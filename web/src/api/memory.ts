import { get, post } from './client';
import type { Cell, ChangeAction, HistoryEntry, ObjectKey, RecordId, RelationCell, Via } from './types';

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

/** One act of somebody: how much of what was done. */
export interface ChangeSetInfo {
  id: number;
  at: string;
  actor: { id: number; name: string } | null;
  via: Via;
  label: string;
  state: 'done' | 'working' | 'undone';
  /** The one that it took back. */
  undo_of: number | null;
  total: number;
  /** Of a large one the first are told by kind; `total` counts all. */
  parts: { object: ObjectKey; action: ChangeAction; count: number }[];
  can_undo: boolean;
}

export interface ChangesAsked {
  object?: ObjectKey;
  person?: number;
  via?: Via;
  /** Local days, both in. */
  since?: string;
  until?: string;
}

/** One's own, everybody's for an administrator; newest first, `before` the last one that is known. */
export const readChangeSets = (asked: ChangesAsked, before: number | undefined, limit: number, signal?: AbortSignal) =>
  get<{ change_sets: ChangeSetInfo[] }>('/api/changesets', { ...asked, before, limit }, signal);

export const readChangeSet = (id: number, before?: number, signal?: AbortSignal) =>
  get<ChangeSetInfo & { entries: HistoryEntry[]; next: number | null }>(`/api/changesets/${id}`, { before }, signal);

/** What an undo would do now. */
export interface UndoPreview {
  total: number;
  /** So many of them, the newest, were looked at. */
  looked: number;
  back: number;
  records: {
    object: ObjectKey;
    record: RelationCell;
    act: 'restore' | 'update' | 'remove';
    changes: { field: string; label: string; now: string; then: string }[];
  }[];
  kept: number;
  conflicts: {
    object: ObjectKey;
    record: RelationCell;
    reason: 'changed_since' | 'deleted_since' | 'not_seen';
    field?: string;
    label?: string;
    now?: string;
    by: { id: number; name: string } | null;
    at: string | null;
  }[];
}

export const readPreview = (id: number, signal?: AbortSignal) =>
  get<UndoPreview>(`/api/changesets/${id}/preview`, undefined, signal);

/** A value that a cell had from then on. */
export interface PastStep {
  id: number;
  change_set: number;
  at: string;
  actor: { id: number; name: string } | null;
  via: Via;
  action: ChangeAction;
  text: string;
  /** A lookup turned to another record, whose name is the text. */
  turned: boolean;
  /** What writes it again; undefined: nobody knows. */
  cell?: Cell;
}

/** The values of one cell, the present one first. */
export const readPast = (object: ObjectKey, id: RecordId, field: string, signal?: AbortSignal) =>
  get<{ steps: PastStep[]; more: boolean }>(`/api/records/${encodeURIComponent(object)}/${id}/past`, { field }, signal);
