import { useMemo, useState } from 'react';
import { LeftOutlined, RightOutlined } from '@/ui/icons';
import { addDays, addMonths, addMonthsToDay, dayInText, timeInText, weeksOf } from './calendar';
import type { FieldContext } from './context';
import './calendar.css';

interface CalendarProps {
  /** The chosen day, `YYYY-MM-DD`; null when the typed text is no date (yet). */
  day: string | null;
  context: FieldContext;
  onPick: (day: string) => void;
}

/** One month to pick a day from. Takes no focus: the text it belongs to keeps it, and moves the day by `dateKey`. */
export function Calendar({ day, context, onPick }: CalendarProps) {
  const { t, today } = context;
  const shown = (day ?? today).slice(0, 7);
  // The month that was paged to counts until the day moves to another one.
  const [paged, setPaged] = useState({ from: shown, month: shown });
  const month = paged.from === shown ? paged.month : shown;
  const page = (count: number) => setPaged({ from: shown, month: addMonths(month, count) });
  const weekdays = useMemo(() => weekdayNames(context.language), [context.language]);
  const [year = '', number = ''] = month.split('-');
  return (
    <div className="kf-calendar">
      <div className="kf-calendar-head">
        <button type="button" tabIndex={-1} aria-label={t('edit.previousMonth')} onClick={() => page(-1)}>
          <LeftOutlined />
        </button>
        <span aria-live="polite">{t('edit.month', { year, month: number })}</span>
        <button type="button" tabIndex={-1} aria-label={t('edit.nextMonth')} onClick={() => page(1)}>
          <RightOutlined />
        </button>
      </div>
      <table>
        <thead>
          <tr>
            {weekdays.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week[0]}>
              {week.map((one) => (
                <td key={one}>
                  <button
                    type="button"
                    tabIndex={-1}
                    aria-label={one}
                    aria-pressed={one === day}
                    aria-current={one === today ? 'date' : undefined}
                    className={one.startsWith(month) ? undefined : 'kf-other-month'}
                    onClick={() => onPick(one)}
                  >
                    {Number(one.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Monday first, as short as the language has them. */
function weekdayNames(language: string): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  const names = Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2026, 5, 1 + day)));
  return names.map((name) => name.replace(/^周/, '').slice(0, 2));
}

/** The text after a day was picked: a date-time keeps the time that was typed, nine o'clock where there is none. */
export function withDay(text: string, day: string, withTime: boolean): string {
  return withTime ? `${day} ${timeInText(text) ?? '09:00'}` : day;
}

/**
 * Keys that move the day while the text has the focus: Up and Down by a day, Page Up and Page Down by a month.
 * Gives the new text, or null for any other key.
 */
export function dateKey(key: string, text: string, today: string, withTime: boolean): string | null {
  const day = dayInText(text);
  const from = day ?? today;
  switch (key) {
    case 'ArrowDown':
      return withDay(text, day ? addDays(from, 1) : from, withTime);
    case 'ArrowUp':
      return withDay(text, day ? addDays(from, -1) : from, withTime);
    case 'PageDown':
      return withDay(text, addMonthsToDay(from, 1), withTime);
    case 'PageUp':
      return withDay(text, addMonthsToDay(from, -1), withTime);
    default:
      return null;
  }
}
