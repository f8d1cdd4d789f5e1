import table from '@crm/workdays.json';
import { addDays } from './calendar';

const REST = new Set(table.rest);
const WORK = new Set(table.work);

/** Saturday or Sunday, by the calendar alone. */
const isWeekend = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() % 6 === 0;

/** Whether people work on that day in mainland China, with its holidays and exchanged days (调休). */
export const isWorkday = (day: string): boolean => WORK.has(day) || (!isWeekend(day) && !REST.has(day));

export function nextWorkday(day: string): string {
  let next = addDays(day, 1);
  while (!isWorkday(next)) next = addDays(next, 1);
  return next;
}

export interface QuickDay {
  key: 'tomorrow' | 'workday' | 'three' | 'monday';
  day: string;
  /** Nobody works then. */
  rest: boolean;
}

/** The days that people mostly mean, each once, in their order. */
export function quickDays(today: string): QuickDay[] {
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days: [QuickDay['key'], string][] = [
    ['tomorrow', addDays(today, 1)],
    ['workday', nextWorkday(today)],
    ['three', addDays(today, 3)],
    ['monday', addDays(today, 7 - weekday)],
  ];
  const once = new Map<string, QuickDay>();
  for (const [key, day] of days) if (!once.has(day)) once.set(day, { key, day, rest: !isWorkday(day) });
  return [...once.values()].sort((a, b) => a.day.localeCompare(b.day));
}
