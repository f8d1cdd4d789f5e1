import { get, patch, post } from './client';
import { download } from './exports';
import type { ImportPlan, ImportRows, PlanChange, RowsOnly } from './import-types';
import type { ObjectKey } from './types';

export function uploadWorkbooks(
  files: File[],
  object: ObjectKey | undefined,
  password?: string,
): Promise<{ id: number; plan: ImportPlan }> {
  const form = new FormData();
  for (const file of files) form.append('files', file, file.name);
  if (object) form.append('object', object);
  if (password) form.append('password', password);
  return post('/api/imports', form);
}
export const readPlan = (id: number, signal?: AbortSignal) => get<ImportPlan>(`/api/imports/${id}`, undefined, signal);
export const changePlan = (id: number, change: PlanChange) => patch<ImportPlan>(`/api/imports/${id}`, change);
export const readPlanRows = (
  id: number,
  page: { offset: number; limit: number; only: RowsOnly; object: ObjectKey },
  signal?: AbortSignal,
) => get<ImportRows>(`/api/imports/${id}/rows`, page, signal);
export const applyPlan = (id: number) => post<{ job: number }>(`/api/imports/${id}/apply`);

/** The rows that are left out, as xlsx with the reason beside each. */
/** A workbook to fill in, with a column for each field of the object. */
export const downloadBlank = (object: string) => download(`/api/blanks/${object}`);
export const downloadRejected = (id: number) => download(`/api/imports/${id}/rejected`);

/** A few plainly invented customers, as one change set. */
export const addSampleData = () => post<{ change_set: number }>('/api/samples');
