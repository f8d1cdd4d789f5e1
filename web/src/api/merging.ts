import { post } from './client';
import type { Cell, ObjectKey, RecordId, WriteAnswer } from './types';

/** Whose value stays: a record's, or what all of them say together. */
export type MergeChoice = RecordId | 'all';

export interface MergePreview {
  /** Which record stays. */
  keep: RecordId;
  /** `may_stay`: whether the person may change this one and delete the others. */
  records: { id: RecordId; version: number; may_stay: boolean; values: Record<string, Cell> }[];
  /** Those that the person may choose of; `fixed`: what stands in the record that stays may not be written over. */
  fields: { key: string; default: MergeChoice; differs: boolean; fixed: boolean; joined: Cell }[];
  follows: { object: ObjectKey; count: number }[];
}
export type MergeField = MergePreview['fields'][number];

const base = (object: ObjectKey) => `/api/records/${encodeURIComponent(object)}/merge`;

/** Records side by side; nothing is changed. Without `keep` the fullest stays. */
export const previewMerge = (object: ObjectKey, ids: RecordId[], keep: RecordId | undefined, signal?: AbortSignal) =>
  post<MergePreview>(`${base(object)}/preview`, { ids, keep }, signal);

/** One change set. Refused with `changed_meanwhile` when somebody changed one of the records since it was looked at. */
export const mergeRecords = (
  object: ObjectKey,
  { keep, records }: MergePreview,
  choices: Record<string, MergeChoice>,
  label: string,
) =>
  post<WriteAnswer>(base(object), {
    keep,
    records: records.map(({ id, version }) => ({ id, version })),
    choices,
    label,
  });
