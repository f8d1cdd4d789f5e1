import type { Condition, Field, Filter, FilterValue, Operator } from '@/api/types';
import { PERIODS } from './periods';

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

const TEXT: Operator[] = [
  'contains',
  'not_contains',
  'is',
  'is_not',
  'starts_with',
  'in',
  'not_in',
  'empty',
  'not_empty',
];
const NUMBER: Operator[] = ['is', 'is_not', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'not_in', 'empty', 'not_empty'];
const DATE: Operator[] = ['within', 'on', 'is_not', 'before', 'lte', 'after', 'gte', 'between', 'empty', 'not_empty'];
const ONE_OF: Operator[] = ['in', 'not_in', 'mine', 'empty', 'not_empty'];
const MANY_OF: Operator[] = ['in', 'not_in', 'empty', 'not_empty'];
const RELATION: Operator[] = ['contains', 'not_contains', 'in', 'not_in', 'empty', 'not_empty'];

/** The operators offered for a field, the most used first: those that say the same twice are left out. */
export function operatorsFor(field: Field): Operator[] {
  const offered = BY_KIND[field.kind] ?? TEXT;
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
  relation: RELATION,
};

/** The fields that conditions may be about, as the columns stand. */
export function filterable(fields: readonly Field[], order: readonly string[]): Field[] {
  return inOrder(fields, order).filter((field) => !field.hidden && operatorsFor(field).length > 0);
}

/** The key of the text of an operator: days are compared in other words than numbers. */
export function operatorLabel(op: Operator, field: Field | undefined) {
  const ofDays = field?.kind === 'date' || field?.kind === 'datetime';
  if (ofDays && (op === 'is_not' || op === 'gte' || op === 'lte')) return `dayOp.${op}` as const;
  return `op.${op}` as const;
}

/** The condition as the builder offers it: "is one" of a list is the list of that one, in which more may be chosen. */
export function asOffered(condition: Condition, field: Field): Condition {
  const op = (BY_KIND[field.kind] ?? TEXT).includes(condition.op) ? undefined : LISTED[condition.op];
  if (!op || condition.value === undefined || condition.value === null) return condition;
  return { ...condition, op, value: [condition.value] as FilterValue };
}
const LISTED: Partial<Record<Operator, Operator>> = {
  is: 'in',
  is_not: 'not_in',
  contains: 'in',
  not_contains: 'not_in',
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

/** The fields to filter or sort by, those that show first, in the order of the columns. */
export function inOrder(fields: readonly Field[], order: readonly string[]): Field[] {
  const place = new Map(order.map((key, index) => [key, index]));
  return [...fields].sort((a, b) => (place.get(a.key) ?? order.length) - (place.get(b.key) ?? order.length));
}
