import { get, patch, remove, request } from './client';
import type { ObjectKey, RecordId } from './types';

interface Who {
  id: number;
  name: string;
}

export interface CommentInfo {
  id: number;
  author: Who;
  /** Plain; `@[12]` mentions the person with that id. */
  text: string;
  at: string;
  edited_at: string | null;
  rights: { update: boolean; delete: boolean };
}

/** What people say to each other about a record, or about one of its cells (`field`). */
export interface Thread {
  id: number;
  object: ObjectKey;
  record: RecordId;
  field: string | null;
  resolved: { at: string; by: Who } | null;
  comments: CommentInfo[];
}

/** Where something open is said: record, field (null: the record as a whole), how many comments. */
export type CommentMark = [RecordId, string | null, number];

export const MAX_TEXT = 2_000;

const base = (object: ObjectKey) => `/api/records/${encodeURIComponent(object)}`;

/** Open threads first, newest first; `offset` so many are known. */
export const readThreads = (object: ObjectKey, id: RecordId, offset: number, signal?: AbortSignal) =>
  get<{ threads: Thread[]; more: boolean }>(`${base(object)}/${id}/comments`, { offset }, signal);

/** Whom a comment may mention. */
export const readMentionable = (object: ObjectKey, id: RecordId, field: string | null, signal?: AbortSignal) =>
  get<{ people: Who[] }>(`${base(object)}/${id}/people`, { field }, signal);

export const readMarks = async (object: ObjectKey, ids: RecordId[]) =>
  (await request<{ marks: CommentMark[] }>('POST', `${base(object)}/comments/marks`, { body: { ids } })).marks;

/** Sent again with the same `key` it is said once. */
export const beginThread = (object: ObjectKey, id: RecordId, field: string | null, text: string, key: string) =>
  request<Thread>('POST', `${base(object)}/${id}/comments`, { body: { field, text }, key });

export const replyTo = (thread: number, text: string, key: string) =>
  request<Thread>('POST', `/api/threads/${thread}/comments`, { body: { text }, key });

export const resolveThread = (thread: number, resolved: boolean) =>
  patch<Thread>(`/api/threads/${thread}`, { resolved });

export const editComment = (id: number, text: string) => patch<Thread>(`/api/comments/${id}`, { text });

export const deleteComment = (id: number) => remove<null>(`/api/comments/${id}`);
