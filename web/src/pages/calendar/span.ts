import type { Cell, Field, Filter } from '@/api/types';
import { addDays, addMonthsToDay, dayInText, weeksOf } from '@/fields/calendar';
import { dayIn, type FieldContext } from '@/fields/context';

export type SpanUnit = 'month' | 'week';
const DAY_MS = 86_400_000;

/** The weeks that are shown around a day, Monday first: its own, or all that its month touches. */
export function weeksAround(day: string, unit: SpanUnit): string[][] {
  const month = day.slice(0, 7);
  const weeks = weeksOf(month);
  if (unit === 'week') return weeks.filter((week) => week.includes(day));
  return weeks.filter((week) => week.some((one) => one.startsWith(month)));
}

/** The day that stands for the next span, or the one before. */
export const pageBy = (day: string, unit: SpanUnit, count: number): string =>
  unit === 'week' ? addDays(day, 7 * count) : addMonthsToDay(day, count);

/** The records of the view that stand on a day between `first` and `last`, or reach into them. */
export function spanFilter(
  filter: Filter | null,
  date: string,
  end: string | undefined,
  days: [string, string],
): Filter {
  const [first, last] = days;
  const inside: Filter = { field: date, op: 'between', value: [first, last] };
  const reaching: Filter[] = end
    ? [
        {
          and: [
            { field: date, op: 'before', value: first },
            { field: end, op: 'gte', value: first },
          ],
        },
      ]
    : [];
  const here: Filter = reaching.length > 0 ? { or: [inside, ...reaching] } : inside;
  return filter === null ? here : { and: [filter, here] };
}

/** The local day of a date or moment; null where there is none. */
export function dayOf(cell: Cell | undefined, context: FieldContext): string | null {
  if (typeof cell !== 'string' || cell === '') return null;
  if (/T.*(Z|[+-]\d\d:?\d\d)$/.test(cell)) {
    const instant = new Date(cell);
    return Number.isNaN(instant.getTime()) ? null : dayIn(context.timeZone, instant);
  }
  return dayInText(cell);
}

/** How many days lie between, negative backwards. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** The text that stands for the same time on another day. */
export function shifted(text: string, by: number): string {
  const day = dayInText(text);
  return day === null ? text : text.replace(/^\s*\S+/, addDays(day, by));
}

/** A day as a new record begins with it: a moment needs an hour. */
export const startOn = (field: Field, day: string): string => (field.kind === 'datetime' ? `${day} 09:00` : day);
