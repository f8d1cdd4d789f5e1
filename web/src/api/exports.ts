import { ApiError, get, post } from './client';
import { jobDone } from './jobs';
import type { ColorRule, Filter, Job, Level, ObjectKey, Sort } from './types';

export type ExportFormat = 'xlsx' | 'csv' | 'pdf' | 'vcf';
/** What is exported: a table as it is shown. */
export interface ExportSpec {
  object: ObjectKey;
  view?: number;
  filter?: Filter | null;
  sort?: Sort[];
  search?: string;
  group?: Level[];
  fields?: string[];
  /** Of a workbook: pixels of its columns, and how many columns and rows stay. */
  widths?: Record<string, number>;
  frozen?: number;
  frozen_rows?: number;
  /** A day: the rows as they were at its end. */
  as_of?: string;
  colors?: ColorRule[];
}
/** As what. */
export interface ExportChoice {
  format: ExportFormat;
  encoding?: 'utf-8' | 'gbk';
  delimiter?: ',' | ';' | '\t';
  /** Comments as notes. */
  notes?: boolean;
  password?: string;
  landscape?: boolean;
  /** A csv: with the numbers of its records, where the view does not show them. */
  numbered?: boolean;
}
export interface ExportResult {
  file: number;
  name: string;
  rows: number;
  /** Signs that a program which reads GBK alone shows wrongly. */
  beyond?: number;
}
/** An export of one's own, at work or with its file still kept (`size` in bytes). */
export interface ExportJob extends Job {
  object: ObjectKey;
  format: ExportFormat;
  at: string;
  size: number | null;
}

export const startExport = async (spec: ExportSpec, choice: ExportChoice) =>
  (await post<{ job: number }>('/api/exports', { ...spec, ...choice })).job;
export const readExports = async (signal?: AbortSignal) =>
  (await get<{ exports: ExportJob[] }>('/api/exports', undefined, signal)).exports;

/** Has the reports made by a job and hands them to the browser. */
export async function exportOverview(months: number): Promise<void> {
  const { job: id } = await post<{ job: number }>('/api/reports/overview/export', { months });
  const job = await jobDone(id);
  if (job.state !== 'done') throw new ApiError(400, job.error ?? { code: 'server_error', message: '' });
  downloadFile(job.result as ExportResult);
}

export const downloadFile = ({ file, name }: Pick<ExportResult, 'file' | 'name'>) =>
  download(`/api/files/${file}`, name);

/** Lets the browser save a file; without a name the server's. */
export function download(path: string, name = ''): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = name;
  link.click();
}
