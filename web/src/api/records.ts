import { ApiError, get, patch, post, remove, request } from './client';
import { jobDone } from './jobs';
import type {
  BatchAnswer,
  BatchChange,
  Cell,
  ChangeAction,
  Filter,
  Group,
  HistoryEntry,
  ManyAct,
  ManyAnswer,
  ManyPreview,
  Meant,
  ObjectKey,
  PageAnswer,
  QueryAnswer,
  QuerySpec,
  RecordAnswer,
  RecordId,
  SummaryAnswer,
  SummarySpec,
  Total,
  UndoAnswer,
  WriteAnswer,
} from './types';

const base = (object: ObjectKey) => `/api/records/${encodeURIComponent(object)}`;

export const queryRows = (object: ObjectKey, spec: QuerySpec, signal?: AbortSignal) =>
  post<QueryAnswer>(`${base(object)}/query`, spec, signal);

/** What is behind one mask. Refused with `reason_needed` where the company asks why. */
export const revealValue = async (object: ObjectKey, id: RecordId, field: string, reason: string) =>
  (await post<{ value: Cell }>(`${base(object)}/${id}/reveal`, { field, reason })).value;

/** A slice of the order that `queryRows` found. Refused with `snapshot_gone` when the server let go of it. */
export const readPage = (
  object: ObjectKey,
  page: { snapshot: string; offset: number; limit: number; fields: string[] },
  signal?: AbortSignal,
) => get<PageAnswer>(`${base(object)}/pages`, { ...page, fields: page.fields.join(',') }, signal);

export const readSummary = (object: ObjectKey, spec: SummarySpec, signal?: AbortSignal) =>
  post<SummaryAnswer>(`${base(object)}/summary`, spec, signal);

/** Numbers of a span of that order, of rows that need not be in the browser. */
export const summarizeSpan = (
  object: ObjectKey,
  span: { snapshot: string; offset: number; limit: number; aggregates: Total[] },
  signal?: AbortSignal,
) => post<{ groups: Group[] }>(`${base(object)}/summary`, span, signal);

/** For each record the places of the conditions that hold for it; `asOf` a day: that held at its end. */
export const readMatches = async (object: ObjectKey, ids: RecordId[], filters: Filter[], asOf?: string) =>
  (await post<{ matches: number[][] }>(`${base(object)}/colors`, { ids, filters, as_of: asOf })).matches;

export const readRecord = (object: ObjectKey, id: RecordId, signal?: AbortSignal) =>
  get<RecordAnswer>(`${base(object)}/${id}`, undefined, signal);

/** Sent again with the same `key` it is answered as before, and made once. */
export const createRecord = (object: ObjectKey, values: Record<string, Cell>, key?: string) =>
  request<WriteAnswer>('POST', base(object), { body: { values }, key });

/** Refused with `conflict` (see ConflictDetails) when somebody changed one of the same fields since `version`. */
export const changeRecord = (object: ObjectKey, id: RecordId, version: number, values: Record<string, Cell>) =>
  patch<WriteAnswer>(`${base(object)}/${id}`, { version, values });

export const deleteRecord = (object: ObjectKey, id: RecordId, version: number) =>
  remove<{ change_set: number }>(`${base(object)}/${id}`, { version });

/**
 * All or nothing, one change set; with `changeSet` it goes on with that of an earlier part. Sent again with the same
 * `key` it is answered as before, and done once.
 */
export const changeRecords = (
  object: ObjectKey,
  changes: BatchChange[],
  label: string,
  key?: string,
  changeSet?: number | null,
) => request<BatchAnswer>('POST', `${base(object)}/batch`, { body: { changes, label, change_set: changeSet }, key });

/** New records like these, one change set; without numbers and codes, which belong to one record. */
export const duplicateRecords = (object: ObjectKey, ids: RecordId[], label: string) =>
  post<BatchAnswer>(`${base(object)}/duplicate`, { ids, label });

/** What `actOnMany` would change; nothing is. */
export const previewMany = (object: ObjectKey, meant: Meant, act: ManyAct, signal?: AbortSignal) =>
  post<ManyPreview>(`${base(object)}/many/preview`, { ...meant, ...act }, signal);

/** One change set; above 1,000 records by a job. */
export const actOnMany = (object: ObjectKey, meant: Meant, act: ManyAct, label: string) =>
  post<ManyAnswer>(`${base(object)}/many`, { ...meant, ...act, label });

/** Which entries of a history are wanted; all where nothing is said. */
export type HistoryAsked = { action?: ChangeAction; person?: number; field?: string };

/** Newest first; `before` an entry's id: what came earlier. */
export const readHistory = (
  object: ObjectKey,
  id: RecordId,
  asked: HistoryAsked = {},
  before?: number,
  signal?: AbortSignal,
) => get<{ entries: HistoryEntry[] }>(`${base(object)}/${id}/history`, { ...asked, before }, signal);

/** Takes a change set back. A large one is taken back in the background, which is waited for. */
export async function undoChangeSet(id: number): Promise<UndoAnswer> {
  const answer = await post<UndoAnswer | { job: number }>(`/api/changesets/${id}/undo`);
  if (!('job' in answer)) return answer;
  const job = await jobDone(answer.job);
  if (job.state !== 'done') throw new ApiError(400, job.error ?? { code: 'server_error', message: '' });
  return job.result as UndoAnswer;
}
