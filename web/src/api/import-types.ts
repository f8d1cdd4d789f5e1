import type { ExportInfo } from './comparisons';
import type { SheetShape } from './import-source';
import type { Cell, ErrorBody, FieldKind, Job, ObjectKey, RecordId } from './types';

/** What the server means to do with uploaded workbooks, and what became of it. */
export interface ImportPlan {
  id: number;
  state: 'planned' | 'applying' | 'done' | 'failed' | 'cancelled' | 'undone';
  object: ObjectKey;
  options: ImportOptions;
  files: ImportFile[];
  counts: Record<RowAction | 'rows' | 'flagged', number>;
  /** The same of each object, parents first, where the files bring several; else empty. */
  parts: ImportPart[];
  /** How many rows have something to be said about them. */
  problem_rows: number;
  /** By which fields rows are known whose record is there already, and how many. */
  matched: { by: string[]; count: number }[];
  /** The fields that may count together, see `match`. */
  together: string[];
  /** The fields that the files bring, in the order of the preview. */
  fields: string[];
  objects: Record<ObjectKey, { created: number; updated: number }>;
  /** Of which `object` is told where there are several. */
  new_choices: { object?: ObjectKey; field: string; value: string; count: number }[];
  /** The first ones, see TOLD_PROBLEMS. */
  problems: ImportProblem[];
  /** Cells that say the same and have the same problem, most frequent first. */
  groups: ProblemGroup[];
  /** How many corrections were made here, which can be taken back one by one. */
  fixes: number;
  /** Values that were left as they are, because somebody changed them while the import ran. */
  kept: number;
  job: number | null;
  change_set: number | null;
  error: ErrorBody | null;
  /** The exports that the files were: they may be compared with what is here now. */
  exports: ExportInfo[];
  /** The job that compares, or why it could not. */
  comparing: { job: number; state: Job['state']; error: ErrorBody | null } | null;
  /** What somebody wants to be done with such a file. */
  way: '' | 'import' | 'compare';
}

type Match = string | string[];
export interface ImportOptions {
  /** `auto` (number, credit code, name, phone, e-mail), the key of a field, or keys of several that count together. */
  match: Match;
  /** The same for other objects than the one that the import is of; `auto` where nothing is said. */
  matches: Record<ObjectKey, Match>;
  on_match: 'fill' | 'skip' | 'overwrite' | 'create';
  new_fields: boolean;
}

export interface ImportFile {
  name: string;
  encoding: string | null;
  sheets: ImportSheet[];
}
export interface ImportPart {
  object: ObjectKey;
  fields: string[];
  counts: ImportPlan['counts'];
  problem_rows: number;
  matched: ImportPlan['matched'];
  together: string[];
}
export interface ImportSheet {
  sheet: string;
  /** What its rows are. */
  object: ObjectKey;
  index: number;
  used: boolean;
  hidden: boolean;
  /** As a person counts rows in the sheet, from 1. */
  header_row: number | null;
  shape: SheetShape;
  /** Its columns became what they were the last time that such a file was imported. */
  remembered: boolean;
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
  /** A second field: it takes the same values, or with the part `person` the telephone beside a name. */
  also: string | null;
  part: string | null;
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

export interface ProblemGroup extends ImportProblem {
  object?: ObjectKey;
  field: string | null;
  /** The place of the sheet in its file. */
  index: number;
  count: number;
}

export type RowAction = 'create' | 'update' | 'same' | 'skip' | 'reject' | 'exclude';
export type RowsOnly = 'all' | 'problems' | RowAction;
/** What a person chooses for one row: left out, or how a record is met that is there already. */
export type RowMode = 'exclude' | ImportOptions['on_match'];
export interface ImportRows {
  count: number;
  fields: string[];
  rows: ImportRow[];
}
export interface ImportRow {
  row: number;
  sheet: string;
  file: number;
  /** The place of the sheet in its file. */
  index: number;
  action: RowAction;
  mode: RowMode | null;
  /** Fields whose cells were corrected one by one. */
  fixed: string[];
  record: RecordId | null;
  /** The record that is there already, and the fields by which it is known. */
  known: { number: string; by: string[] } | null;
  /** Numbers of records of which a person has to say which it is. */
  rivals: string[];
  /** A choice that is yet to be added comes as text that does not fit, with the code `new_choice`. */
  cells: Cell[];
  problems: { field: string | null; column: string | null; value: string | null; code: string; message: string }[];
}

export interface PlanChange {
  columns?: { file: number; sheet: number; index: number; field: string | null; new?: NewField | null }[];
  sheets?: {
    file: number;
    sheet: number;
    used: boolean;
    header_row: number | null;
    forget?: boolean;
    object?: ObjectKey;
  }[];
  options?: Partial<ImportOptions>;
  fixes?: PlanFix[];
  /** So many of the last corrections are undone. */
  take_back?: number;
}

/** A correction on the plan page; files stay as they came. `alike`: all cells of the field that say the same. */
export type PlanFix =
  | { kind: 'cell'; file: number; sheet: number; row: number; field: string; to: string | null; alike: boolean }
  | { kind: 'value'; object?: ObjectKey; field: string; value: string; to: string | null }
  | { kind: 'choice' | 'leave'; object?: ObjectKey; field: string; value: string }
  | { kind: 'row'; file: number; sheet: number; row: number; action: RowMode | null; record?: string };
