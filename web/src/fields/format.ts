import type { Cell, Field, Within } from '@/api/types';
import { isInvalid, isMasked, isRelation } from './cells';
import { clock, type FieldContext } from './context';

const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 10 });
const plainDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 10, useGrouping: false });

/**
 * A cell as a person reads it, as plain text: money `1,234,567.00`, percent `12%`, dates `YYYY-MM-DD`.
 * Text in a field of another kind is what somebody just typed and the server has not yet understood: shown as it is.
 */
export function formatCell(field: Field, cell: Cell | undefined, context: FieldContext): string {
  if (cell === undefined || cell === null || cell === '') return '';
  if (isInvalid(cell)) return cell.invalid;
  if (isMasked(cell)) return cell.masked;
  if (isRelation(cell)) return cell.label;
  if (Array.isArray(cell)) return cell.map((key) => choiceLabel(field, key)).join(', ');
  switch (field.kind) {
    case 'money':
      return typeof cell === 'number' ? money.format(cell) : String(cell);
    case 'number':
      return typeof cell === 'number' ? decimal.format(cell) : String(cell);
    case 'percent':
      return typeof cell === 'number' ? percentText(cell) : String(cell);
    case 'datetime':
      return formatInstant(String(cell), context.timeZone);
    case 'checkbox':
      return typeof cell === 'boolean' ? (cell ? context.t('value.yes') : '') : String(cell);
    case 'choice':
      return choiceLabel(field, String(cell));
    case 'person':
      return typeof cell === 'number' ? personName(cell, context) : String(cell);
    default:
      return String(cell);
  }
}

/** The text with which an editor starts: what would be typed to get the same value, so no thousands separators. */
export function editText(field: Field, cell: Cell | undefined, context: FieldContext): string {
  if (typeof cell === 'number') {
    if (field.kind === 'money' || field.kind === 'number' || field.kind === 'rating') return plainDecimal.format(cell);
    if (field.kind === 'percent') return percentText(cell);
  }
  return formatCell(field, cell, context);
}

export function choiceLabel(field: Field, key: string): string {
  return field.choices.find((choice) => choice.key === key)?.label ?? key;
}

export function personName(id: number, context: FieldContext): string {
  return context.people.get(id)?.name ?? context.t('value.unknownPerson');
}

/** A percent is held as a fraction: 0.12 is `12%`. */
function percentText(fraction: number): string {
  return `${plainDecimal.format(Number((fraction * 100).toPrecision(12)))}%`;
}

/** An RFC 3339 instant as the local `YYYY-MM-DD HH:mm`; anything else as it is. */
function formatInstant(text: string, timeZone: string): string {
  const instant = /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text) : null;
  return instant && !Number.isNaN(instant.getTime()) ? clock(timeZone).format(instant) : text;
}

const RIGHT_ALIGNED = new Set(['number', 'money', 'percent', 'rating']);

/** The span of days that begins with `day`. */
export function formatPeriod(day: string, unit: Within['unit']): string {
  switch (unit) {
    case 'year':
      return day.slice(0, 4);
    case 'quarter':
      return `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case 'month':
      return day.slice(0, 7);
    case 'week': {
      const last = new Date(`${day}T00:00:00Z`);
      last.setUTCDate(last.getUTCDate() + 6);
      return `${day} – ${last.toISOString().slice(5, 10)}`;
    }
    case 'day':
      return day;
  }
}

/** Numbers stand under each other by their last digit. */
export const isRightAligned = (field: Field): boolean => RIGHT_ALIGNED.has(field.kind);

export type Tone = 'overdue' | 'today' | 'soon';

/** How near a date is to `today` (both `YYYY-MM-DD`): before it, the same, or the day after. */
export function dueTone(date: Cell | undefined, today: string): Tone | undefined {
  if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d/.test(date)) return undefined;
  const day = date.slice(0, 10);
  if (day < today) return 'overdue';
  if (day === today) return 'today';
  const tomorrow = new Date(Date.parse(`${today}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return day === tomorrow ? 'soon' : undefined;
}
