import type { Field, Filter, RecordId } from '@/api/types';
import type { KindPage } from '@/pages/kinds/kind-page';
import type { Day } from './use-days';

/** What the month, the list of days and a single day show alike. */
export interface CalendarParts {
  page: KindPage;
  date: Field;
  /** The choice that gives an entry its colour. */
  hue: Field | undefined;
  /** What is said of a record where there is room. */
  fields: Field[];
  days: ReadonlyMap<string, Day> | undefined;
  filterOf: (day: string) => Filter;
  /** Keys of all fields that are fetched. */
  asked: string[];
  onOpen: (id: RecordId) => void;
  onAdd: ((day: string) => void) | null;
}

/** 11月25日 周三, or Wed, Nov 25. */
export const dayName = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
