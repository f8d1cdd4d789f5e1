import { ApiError, post } from './client';
import { jobDone } from './jobs';
import type { ColorRule, Filter, Level, ObjectKey, Sort } from './types';

export type ExportFormat = 'xlsx' | 'csv';
export interface ExportSpec {
  object: ObjectKey;
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
  /** Only a workbook has colours. */
  colors?: ColorRule[];
  format: ExportFormat;
}

export const exportRows = (spec: ExportSpec) => produce('/api/exports', spec);
export const exportOverview = (months: number) => produce('/api/reports/overview/export', { months });

/** Has a file made by a job and hands it to the browser. */
async function produce(path: string, body: unknown): Promise<void> {
  const { job: id } = await post<{ job: number }>(path, body);
  const job = await jobDone(id);
  if (job.state !== 'done') throw new ApiError(400, job.error ?? { code: 'server_error', message: '' });
  const { file, name } = job.result as { file: number; name?: string };
  download(`/api/files/${file}`, name);
}

/** Lets the browser save a file; without a name the server's. */
export function download(path: string, name = ''): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = name;
  link.click();
}
