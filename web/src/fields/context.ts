import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '@/api/types';

/** What showing a value depends on besides the value: the person's language, zone and day, and who is who. */
export interface FieldContext {
  t: TFunction<'grid'>;
  language: string;
  /** IANA name; times of day are shown in it. */
  timeZone: string;
  /** The person's local day, `YYYY-MM-DD`. */
  today: string;
  /** Everybody, people who left included: their names stay on old records. */
  people: ReadonlyMap<number, Person>;
}

/** The context of the signed-in person; the same object until one of its parts changes. */
export function useFieldContext(users: readonly Person[], timeZone: string): FieldContext {
  const { t, i18n } = useTranslation('grid');
  const today = dayIn(timeZone, new Date());
  return useMemo(
    () => ({
      t,
      language: i18n.language,
      timeZone,
      today,
      people: new Map(users.map((user) => [user.id, user])),
    }),
    [t, i18n.language, timeZone, today, users],
  );
}

/** The local day of an instant. An unknown zone name falls back to the browser's. */
export function dayIn(timeZone: string, instant: Date): string {
  return clock(timeZone).format(instant).slice(0, 10);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** A formatter to `YYYY-MM-DD HH:mm`, which is how Swedish writes a time. */
export function clock(timeZone: string): Intl.DateTimeFormat {
  let found = clocks.get(timeZone);
  if (!found) {
    const options = { dateStyle: 'short', timeStyle: 'short' } as const;
    try {
      found = new Intl.DateTimeFormat('sv-SE', { ...options, timeZone });
    } catch {
      found = new Intl.DateTimeFormat('sv-SE', options);
    }
    clocks.set(timeZone, found);
  }
  return found;
}
