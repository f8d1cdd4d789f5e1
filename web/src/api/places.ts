import { post } from './client';
import type { BatchAnswer, Cell, FoundRow, ObjectKey, RecordId, WriteAnswer } from './types';

const base = (object: ObjectKey) => `/api/records/${encodeURIComponent(object)}`;

/** The first row from `start` on that holds a text; see `records/find.py`. */
export const findRow = (
  object: ObjectKey,
  asked: { snapshot: string; words: string; fields: string[]; start: number; back: boolean; whole: boolean },
  signal?: AbortSignal,
) => post<FoundRow>(`${base(object)}/find`, asked, signal);

/**
 * Puts rows directly above or below another one, in the order by hand that all share, and gives them the values of the
 * group that they go into; one change set. Without a target they only get the values.
 */
export const moveRecords = (
  object: ObjectKey,
  ids: RecordId[],
  place: { target: RecordId; below: boolean } | null,
  label: string,
  values: Record<string, Cell> = {},
) => post<BatchAnswer>(`${base(object)}/move`, { ids, ...place, values, label });

export const insertRecord = (object: ObjectKey, values: Record<string, Cell>, target: RecordId, below: boolean) =>
  post<WriteAnswer>(`${base(object)}/insert`, { values, target, below });
