import type { Filter, Sort } from '@/api/types';

export type RecordTab = 'fields' | 'contacts' | 'deals' | 'timeline';
const TABS: readonly string[] = ['fields', 'contacts', 'deals', 'timeline'] satisfies RecordTab[];

/** What the address of a table says: which view, what differs from it, and which record is open beside it. */
export interface TableAddress {
  view?: number;
  filter?: Filter;
  sort?: Sort[];
  q?: string;
  /** `new`: one that is being written. */
  record?: number | 'new';
  tab?: RecordTab;
}

export function readTableAddress(search: Record<string, unknown>): TableAddress {
  const address: TableAddress = {};
  if (isId(search.view)) address.view = search.view;
  if (isId(search.record) || search.record === 'new') address.record = search.record;
  if (typeof search.q === 'string' && search.q) address.q = search.q;
  else if (typeof search.q === 'number') address.q = String(search.q);
  if (typeof search.tab === 'string' && TABS.includes(search.tab)) address.tab = search.tab as RecordTab;
  if (isFilter(search.filter)) address.filter = search.filter;
  if (Array.isArray(search.sort) && search.sort.every(isSort)) address.sort = search.sort;
  return address;
}

const isId = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

function isSort(value: unknown): value is Sort {
  return isObject(value) && typeof value.field === 'string' && typeof value.desc === 'boolean';
}

function isFilter(value: unknown): value is Filter {
  if (!isObject(value)) return false;
  if (Array.isArray(value.and)) return value.and.every(isFilter);
  if (Array.isArray(value.or)) return value.or.every(isFilter);
  return typeof value.field === 'string' && typeof value.op === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
