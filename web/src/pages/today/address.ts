import type { Who } from '@/api/today';
import type { ObjectKey, RecordId } from '@/api/types';
import { type RecordTab, readTableAddress } from '@/pages/table/address';

/** What the address of the day says: whose it is, and which record is open beside it. */
export interface DayAddress {
  who?: Who;
  record?: string;
  tab?: RecordTab;
}

const RECORD = /^([a-z_]+)\.([1-9]\d{0,15})$/;

export function readDayAddress(search: Record<string, unknown>): DayAddress {
  const { who, record, tab } = search;
  return {
    who: who === 'team' ? who : undefined,
    record: typeof record === 'string' && RECORD.test(record) ? record : undefined,
    tab: readTableAddress({ tab }).tab,
  };
}

export const nameOf = (object: ObjectKey, id: RecordId) => `${object}.${id}`;

/** The record that an address names. */
export function recordIn(text: string | undefined): { object: ObjectKey; id: RecordId } | null {
  const [, object, id] = RECORD.exec(text ?? '') ?? [];
  return object && id ? { object: object as ObjectKey, id: Number(id) } : null;
}
