import { queryOptions } from '@tanstack/react-query';
import { ApiError, get, post } from './client';
import { downloadFile, type ExportResult } from './exports';
import { jobDone } from './jobs';
import type { ObjectKey, RecordId } from './types';

/** How much of somebody went, or would go: records by object, and what else by kind. */
export interface Erased {
  records: Record<ObjectKey, number>;
  counts: Record<string, number>;
}
export interface ErasePreview extends Erased {
  /** What has to be typed. */
  confirm: string;
  number: string;
}
/** A certificate. */
export interface Erasure extends Erased {
  number: string;
  company: string;
  object: ObjectKey;
  /** The number of the record. */
  label: string;
  reference: string;
  at: string;
  by: { id: number | null; name: string };
}

const path = (object: ObjectKey, id: RecordId) => `/api/persons/${encodeURIComponent(object)}/${id}`;

export const readErasePreview = (object: ObjectKey, id: RecordId, signal?: AbortSignal) =>
  post<ErasePreview>(`${path(object, id)}/erase/preview`, {}, signal);
/** There is no way back. */
export const erasePerson = (object: ObjectKey, id: RecordId, confirm: string, reference: string) =>
  post<Erasure>(`${path(object, id)}/erase`, { confirm, reference });

export const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: async ({ signal }) => (await get<{ rows: Erasure[] }>('/api/erasures', undefined, signal)).rows,
});
export const paperOf = (one: Erasure) => `/api/erasures/${encodeURIComponent(one.number)}/paper`;

/** Has all that is known of somebody put together and hands it to the browser. */
export async function fetchPackage(object: ObjectKey, id: RecordId): Promise<void> {
  const { job } = await post<{ job: number }>(`${path(object, id)}/package`);
  const done = await jobDone(job);
  if (done.state !== 'done') throw new ApiError(400, done.error ?? { code: 'server_error', message: '' });
  downloadFile(done.result as ExportResult);
}
