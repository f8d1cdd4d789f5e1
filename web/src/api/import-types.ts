import type { Cell, ErrorBody, FieldKind, ObjectKey, RecordId } from './types';

/** What the server means to do with uploaded workbooks, and what became of it. */
export interface ImportPlan {
  id: number;
  state: 'planned' | 'applying' | 'done' | 'failed' | 'cancelled' | 'undone';
  object: ObjectKey;
  options: ImportOptions;
  files: ImportFile[];
  counts: { rows: number; create: number; update: number; same: number; skip: number; reject: number; flagged: number };
  objects: Record<ObjectKey, { created: number; updated: number }>;
  new_choices: { field: string; value: string; count: number }[];
  /** The first ones, see TOLD_PROBLEMS. */
  problems: ImportProblem[];
  /** Values that were left as they are, because somebody changed them while the import ran. */
  kept: number;
  job: number | null;
  change_set: number | null;
  error: ErrorBody | null;
}

export interface ImportOptions {
  /** `auto` (credit code, name, number) or the key of a field. */
  match: string;
  on_match: 'fill' | 'skip' | 'overwrite' | 'create';
  new_fields: boolean;
}

export interface ImportFile {
  name: string;
  encoding: string | null;
  sheets: ImportSheet[];
}
export interface ImportSheet {
  sheet: string;
  index: number;
  used: boolean;
  hidden: boolean;
  /** As a person counts rows in the sheet, from 1. */
  header_row: number | null;
  rows: number;
  /** Notes and totals below the table, which are no rows of it. */
  left_out: number;
  columns: ImportColumn[];
}
export interface NewField {
  kind: FieldKind;
  label: string;
}
export interface ImportColumn {
  index: number;
  header: string;
  field: string | null;
  new: NewField | null;
  suggested_kind: FieldKind;
  samples: Cell[];
}
/** The server tells at most so many problems with a plan; all of them are with their rows. */
export const TOLD_PROBLEMS = 200;

export interface ImportProblem {
  file: number;
  row: number;
  sheet: string;
  column: string | null;
  value: string | null;
  code: string;
  message: string;
}

export type RowAction = 'create' | 'update' | 'same' | 'skip' | 'reject';
export type RowsOnly = 'all' | 'problems' | 'reject' | 'create' | 'update' | 'same';
export interface ImportRows {
  count: number;
  fields: string[];
  rows: ImportRow[];
}
export interface ImportRow {
  row: number;
  sheet: string;
  file: number;
  action: RowAction;
  record: RecordId | null;
  /** A choice that is yet to be added comes as text that does not fit, with the code `new_choice`. */
  cells: Cell[];
  problems: { field: string | null; column: string | null; value: string | null; code: string; message: string }[];
}

export interface PlanChange {
  columns?: { file: number; sheet: number; index: number; field: string | null; new?: NewField | null }[];
  sheets?: { file: number; sheet: number; used: boolean; header_row: number | null }[];
  options?: Partial<ImportOptions>;
}
