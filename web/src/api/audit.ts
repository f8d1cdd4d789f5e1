import { ApiError, get, post } from './client';
import { downloadFile, type ExportResult } from './exports';
import { jobDone } from './jobs';

export interface AuditEntry {
  number: number;
  at: string;
  act: string;
  label: string;
  text: string;
  person: number | null;
  name: string;
  via: string;
  address: string;
  device: string;
}
/** Which entries; days in the zone of this browser, both in. */
export interface AuditAsked {
  person?: number;
  acts?: string[];
  since?: string;
  until?: string;
}
interface AuditPageOfEntries {
  rows: AuditEntry[];
  more: boolean;
  acts: { key: string; label: string }[];
}

/** `end`: the first moment after the day. */
function moment(day: string | undefined, end: boolean): string | undefined {
  if (!day) return undefined;
  const at = new Date(`${day}T00:00:00`);
  if (end) at.setDate(at.getDate() + 1);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

export function readAudit(asked: AuditAsked, before?: number, signal?: AbortSignal): Promise<AuditPageOfEntries> {
  const query = new URLSearchParams();
  for (const act of asked.acts ?? []) query.append('acts', act);
  const one = { person: asked.person, since: moment(asked.since, false), until: moment(asked.until, true), before };
  for (const [key, value] of Object.entries(one)) if (value !== undefined) query.set(key, String(value));
  return get(`/api/audit?${query}`, undefined, signal);
}

/** Has the entries written to a workbook and hands it to the browser. */
export async function exportAudit({ person, acts, since, until }: AuditAsked): Promise<void> {
  const asked = { person, acts: acts ?? [], since: moment(since, false), until: moment(until, true) };
  const { job: id } = await post<{ job: number }>('/api/audit/export', asked);
  const job = await jobDone(id);
  if (job.state !== 'done') throw new ApiError(400, job.error ?? { code: 'server_error', message: '' });
  downloadFile(job.result as ExportResult);
}
