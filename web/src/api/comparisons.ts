import { get, patch, post } from './client';
import type { ImportPlan } from './import-types';
import type { ErrorBody, ObjectKey, RecordId, Via } from './types';

/** A row is about what both changed, they did, we did, what only the file has, what only we have. */
export type DifferenceKind = 'conflict' | 'edit' | 'here' | 'new' | 'removed';
export type DifferencesOnly = 'all' | 'problems' | DifferenceKind;
export type Side = 'mine' | 'theirs';

/** An export that came back, against what is here: how much differs, and what would be written. */
export interface Comparison {
  id: number;
  state: ImportPlan['state'];
  object: ObjectKey;
  files: string[];
  export: ExportInfo | null;
  /** Other exports in the same files. */
  others: ExportInfo[];
  at: string;
  /** Rows of the file that were looked at. */
  compared: number;
  /** Columns of the file that are left alone, and why. */
  skipped: { column: string; code: string; message: string }[];
  counts: {
    rows: Record<DifferencesOnly, number>;
    chosen: { cells: number; changed: number; created: number; deleted: number; restored: number; open: number };
  };
  kinds: Record<'conflict' | 'edit' | 'new' | 'removed', Side | null>;
  /** Values that somebody changed after they were compared: they stayed as they are. */
  kept: number;
  job: number | null;
  change_set: number | null;
  error: ErrorBody | null;
}

/** What a file says of the export that it was. */
export interface ExportInfo {
  key: string;
  object: ObjectKey;
  at: string;
  by: string;
  rows: number;
}

interface Reason {
  code: string;
  message: string;
}

export interface DifferenceCell {
  field: string;
  state: 'conflict' | 'edit' | 'here' | 'new';
  /** As it went out; null where nobody knows any more. */
  base: string | null;
  theirs: string;
  ours: string;
  /** Somebody typed it here in place of what the file has. */
  fixed: boolean;
  choice: Side | null;
  problem: Reason | null;
  /** Why this person may not write it, whatever is chosen. */
  locked: Reason | null;
  by: string | null;
  at: string | null;
  via: Via | null;
}

export interface Difference {
  place: number;
  kind: DifferenceKind;
  /** Why the row is what it is: `gone`, `unknown`, `copied`, `namesake`, `changed`, or nothing. */
  word: '' | 'gone' | 'unknown' | 'copied' | 'namesake' | 'changed';
  record: RecordId | null;
  title: string;
  sheet: string | null;
  row: number | null;
  choice: Side | null;
  /** So many of its values wait for a word. */
  open: number;
  /** Why this person may write nothing of it. */
  locked: Reason | null;
  cells: DifferenceCell[];
}

export interface Choosing {
  kinds?: Partial<Record<'conflict' | 'edit' | 'new' | 'removed', Side>>;
  rows?: { place: number; choice: Side }[];
  cells?: { place: number; field: string; choice: Side }[];
  /** Null: what the file has. */
  typed?: { place: number; field: string; value: string | null }[];
}

/** What was asked for is compared, or will be by a job: many rows take a while. */
export type Compared = Comparison | { id: number; job: number };
export const isCompared = (found: Compared): found is Comparison => 'counts' in found;
export const compareUpload = (upload: number, key?: string) =>
  post<Compared>('/api/comparisons', { upload, export: key });
export const readComparison = (id: number, signal?: AbortSignal) =>
  get<Comparison>(`/api/comparisons/${id}`, undefined, signal);
export const readDifferences = (
  id: number,
  page: { offset: number; limit: number; only: DifferencesOnly },
  signal?: AbortSignal,
) => get<{ count: number; rows: Difference[] }>(`/api/comparisons/${id}/rows`, page, signal);
export const choose = (id: number, what: Choosing) => patch<Comparison>(`/api/comparisons/${id}`, what);
export const applyComparison = (id: number) => post<{ job: number }>(`/api/comparisons/${id}/apply`);
