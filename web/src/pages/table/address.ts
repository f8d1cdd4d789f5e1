import type { Filter, Level, Sort } from '@/api/types';
import { isUnmade } from '@/grid/source';

export type RecordTab = 'fields' | 'contacts' | 'deals' | 'activities' | 'tasks' | 'comments' | 'timeline';
const TABS: readonly string[] = [
  'fields',
  'contacts',
  'deals',
  'activities',
  'tasks',
  'comments',
  'timeline',
] satisfies RecordTab[];

/** What the address of a table says: which view, what differs from it, and which record is open beside it. */
export interface TableAddress {
  view?: number;
  filter?: Filter;
  sort?: Sort[];
  group?: Level[];
  q?: string;
  /** `new`: one that is being written. */
  record?: number | 'new';
  tab?: RecordTab;
  /** `YYYY-MM-DD`: a day of the month or week that a calendar shows. */
  day?: string;
  span?: 'week';
  /** `YYYY-MM-DD`: the table as it was at the end of that day. */
  asof?: string;
}

/** What the view itself says. */
export const NO_DRAFT = { filter: undefined, sort: undefined, group: undefined } satisfies TableAddress;
/** The same, and nothing of what was looked at in another view. */
export const AFRESH = { ...NO_DRAFT, q: undefined, day: undefined, span: undefined } satisfies TableAddress;

/** Names every part, also what is not there or makes no sense: the router would pass on what nobody speaks of. */
export function readTableAddress(search: Record<string, unknown>): TableAddress {
  const { view, record, q, tab, filter, sort, group, day, span, asof } = search;
  return {
    view: isId(view) ? view : undefined,
    record: isRecord(record) || record === 'new' ? record : undefined,
    q: typeof q === 'number' || (typeof q === 'string' && q) ? String(q) : undefined,
    tab: typeof tab === 'string' && TABS.includes(tab) ? (tab as RecordTab) : undefined,
    day: typeof day === 'string' && isDay(day) ? day : undefined,
    span: span === 'week' ? span : undefined,
    asof: typeof asof === 'string' && isDay(asof) ? asof : undefined,
    filter: isFilter(filter) ? filter : undefined,
    sort: Array.isArray(sort) && sort.every(isSort) ? sort : undefined,
    group: Array.isArray(group) && group.every(isSort) ? (group as Level[]) : undefined,
  };
}

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
const isRecord = (value: unknown): value is number =>
  isId(value) || (Number.isSafeInteger(value) && isUnmade(Number(value)));
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
