import type { Condition, Field, Filter, FilterValue, Operator, Within } from '@/api/types';

/** A filter as the popover edits it: conditions joined by one word. */
export interface Conditions {
  join: 'and' | 'or';
  list: Condition[];
}

/** The conditions of a filter; null for one that nests deeper than the popover shows. */
export function conditionsOf(filter: Filter | null | undefined): Conditions | null {
  if (!filter) return { join: 'and', list: [] };
  if ('field' in filter) return { join: 'and', list: [filter] };
  const join = 'and' in filter ? 'and' : 'or';
  const parts = 'and' in filter ? filter.and : filter.or;
  return parts.every((part) => 'field' in part) ? { join, list: parts as Condition[] } : null;
}

/** What is asked of the server: without conditions that miss their value; null where none is left. */
export function filterOf({ join, list }: Conditions): Filter | null {
  const complete = list.filter(isComplete);
  if (complete.length === 0) return null;
  const [only] = complete;
  if (complete.length === 1 && only) return only;
  return join === 'and' ? { and: complete } : { or: complete };
}

/** The keys of all fields that a filter names. */
export function fieldsOf(filter: Filter | null | undefined): string[] {
  if (!filter) return [];
  if ('field' in filter) return [filter.field];
  return [...new Set(('and' in filter ? filter.and : filter.or).flatMap(fieldsOf))];
}

export function isComplete({ op, value }: Condition): boolean {
  if (NO_VALUE.has(op)) return true;
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.length > 0 && value.every((part) => part !== null && part !== '');
  return true;
}

const NO_VALUE: ReadonlySet<Operator> = new Set(['empty', 'not_empty', 'mine', 'my_team'] satisfies Operator[]);
export const needsValue = (op: Operator) => !NO_VALUE.has(op);

const TEXT: Operator[] = ['contains', 'not_contains', 'is', 'is_not', 'starts_with', 'empty', 'not_empty'];
const NUMBER: Operator[] = ['is', 'is_not', 'gt', 'gte', 'lt', 'lte', 'between', 'empty', 'not_empty'];
const DATE: Operator[] = ['within', 'on', 'before', 'after', 'between', 'empty', 'not_empty'];
const ONE_OF: Operator[] = ['in', 'not_in', 'mine', 'empty', 'not_empty'];
const MANY_OF: Operator[] = ['in', 'not_in', 'empty', 'not_empty'];

/** The operators offered for a field, the most used first: those that say the same twice are left out. */
export function operatorsFor(field: Field): Operator[] {
  const offered =
    field.kind === 'relation' ? TEXT.filter((op) => op !== 'is' && op !== 'is_not') : (BY_KIND[field.kind] ?? TEXT);
  return offered.filter((op) => field.operators.includes(op));
}
const BY_KIND: Partial<Record<Field['kind'], Operator[]>> = {
  number: NUMBER,
  money: NUMBER,
  percent: NUMBER,
  rating: NUMBER,
  date: DATE,
  datetime: DATE,
  choice: ONE_OF,
  person: ONE_OF,
  choices: MANY_OF,
  tags: MANY_OF,
  checkbox: ['is'],
};

/** A fresh condition on a field. */
export function freshCondition(field: Field): Condition {
  const op = operatorsFor(field)[0] ?? 'not_empty';
  return { field: field.key, op, ...startValue(field, op) };
}

/** The condition with another operator; the value stays where the new operator takes the same shape. */
export function withOperator(condition: Condition, field: Field, op: Operator): Condition {
  const keep = condition.value !== undefined && shapeOf(condition.op) === shapeOf(op) && needsValue(op);
  return keep ? { ...condition, op } : { field: condition.field, op, ...startValue(field, op) };
}

type Shape = 'none' | 'one' | 'list' | 'pair' | 'days';
function shapeOf(op: Operator): Shape {
  if (!needsValue(op)) return 'none';
  if (op === 'in' || op === 'not_in') return 'list';
  if (op === 'between') return 'pair';
  return op === 'within' ? 'days' : 'one';
}

function startValue(field: Field, op: Operator): { value?: FilterValue } {
  if (op === 'within') return { value: PERIODS.today };
  if (field.kind === 'checkbox') return { value: true };
  return {};
}

/** Spans of days with names. */
export const PERIODS = {
  today: { unit: 'day', from: 0, to: 0 },
  overdue: { unit: 'day', from: -3650, to: -1 },
  due: { unit: 'day', from: -3650, to: 0 },
  tomorrow: { unit: 'day', from: 1, to: 1 },
  yesterday: { unit: 'day', from: -1, to: -1 },
  next7: { unit: 'day', from: 0, to: 6 },
  next30: { unit: 'day', from: 0, to: 30 },
  last7: { unit: 'day', from: -6, to: 0 },
  last30: { unit: 'day', from: -29, to: 0 },
  thisWeek: { unit: 'week', from: 0, to: 0 },
  nextWeek: { unit: 'week', from: 1, to: 1 },
  thisMonth: { unit: 'month', from: 0, to: 0 },
  nextMonth: { unit: 'month', from: 1, to: 1 },
  lastMonth: { unit: 'month', from: -1, to: -1 },
  thisQuarter: { unit: 'quarter', from: 0, to: 0 },
  thisYear: { unit: 'year', from: 0, to: 0 },
  lastYear: { unit: 'year', from: -1, to: -1 },
} satisfies Record<string, Within>;
export type Period = keyof typeof PERIODS;

/** The name of a span of days, where it has one. */
export function periodOf(value: FilterValue | undefined): Period | null {
  if (typeof value !== 'object' || value === null || !('unit' in value)) return null;
  const found = Object.entries(PERIODS).find(
    ([, span]) => span.unit === value.unit && span.from === value.from && span.to === value.to,
  );
  return found ? (found[0] as Period) : null;
}

/** The fields to filter or sort by, those that show first, in the order of the columns. */
export function inOrder(fields: readonly Field[], order: readonly string[]): Field[] {
  const place = new Map(order.map((key, index) => [key, index]));
  return [...fields].sort((a, b) => (place.get(a.key) ?? order.length) - (place.get(b.key) ?? order.length));
}
