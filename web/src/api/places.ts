import { post } from './client';
import type { BatchAnswer, Cell, FoundRow, ObjectKey, RecordId, WriteAnswer } from './types';

const base = (object: ObjectKey) => `/api/records/${encodeURIComponent(object)}`;

/** The first row from `start` on that holds a text; see `records/find.py`. */
export const findRow = (
  object: ObjectKey,
  asked: { snapshot: string; words: string; fields: string[]; start: number; back: boolean; whole: boolean },
  signal?: AbortSignal,
) => post<FoundRow>(`${base(object)}/find`, asked, signal);

/** Puts rows directly above or below another one, in the order by hand that all share; one change set. */
export const moveRecords = (object: ObjectKey, ids: RecordId[], target: RecordId, below: boolean, label: string) =>
  post<BatchAnswer>(`${base(object)}/move`, { ids, target, below, label });

export const insertRecord = (object: ObjectKey, values: Record<string, Cell>, target: RecordId, below: boolean) =>
  post<WriteAnswer>(`${base(object)}/insert`, { values, target, below });
