import { get, patch } from './client';
import type { ImportPlan } from './import-types';

/** How a sheet is read, and its first rows as the file has them. */
export interface ImportSource {
  encoding: string | null;
  delimiter: string | null;
  /** What a person chose instead of what was found. */
  said: { encoding?: string | null; delimiter?: string | null };
  /** Empty for workbooks, which say it themselves. */
  encodings: string[];
  is_separated: boolean;
  /** The last row of the header, as a person counts; null: there is none. */
  header_row: number | null;
  header_rows: number;
  header_said: boolean;
  range: string | null;
  date_order: DateOrder | null;
  shape: SheetShape;
  /** Letters of the columns that are shown. */
  columns: string[];
  first_row: number;
  rows: string[][];
  /** All rows of the sheet, shown or not. */
  count: number;
}
export type DateOrder = 'ymd' | 'dmy' | 'mdy';
/** What of it is one record. */
export type SheetShape = 'rows' | 'columns' | 'forms';

export interface FileSource {
  /** null: as it seems to be. */
  encoding?: string | null;
  delimiter?: string | null;
}
export interface SheetSource {
  /** 0: look for it; null: there is none. */
  header_row?: number | null;
  header_rows?: number;
  range?: string | null;
  date_order?: DateOrder | null;
  shape?: SheetShape;
}
export interface SourceChange {
  files?: (FileSource & { file: number })[];
  sheets?: (SheetSource & { file: number; sheet: number })[];
}

export const readSource = (id: number, file: number, sheet: number, signal?: AbortSignal) =>
  get<ImportSource>(`/api/imports/${id}/source`, { file, sheet }, signal);
export const changeSource = (id: number, change: SourceChange) =>
  patch<ImportPlan>(`/api/imports/${id}/source`, change);
