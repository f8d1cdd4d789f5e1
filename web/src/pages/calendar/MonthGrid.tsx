import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RecordId } from '@/api/types';
import { addDays } from '@/fields/calendar';
import type { GridRow } from '@/grid/source';
import type { Drop } from '@/ui/useSortable';
import styles from './calendar.module.css';
import { DayCell } from './DayCell';
import type { CalendarParts } from './parts';
import { pageBy, type SpanUnit } from './span';

/** Pixels of a day's head and of each of its lines; see the style sheet. */
const HEAD = 28;
const LINE = 24;
const WEEK_LINES = 100;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

interface Props extends CalendarParts {
  unit: SpanUnit;
  weeks: string[][];
  month: string;
  /** The day that the keyboard is on. */
  at: string;
  onDay: (day: string) => void;
  lines: number;
  onLines: (lines: number) => void;
  mayMove: boolean;
  onMove: (row: GridRow, from: string, to: string) => void;
}

/** The days of a month or a week as a table; the arrow keys go from day to day, with Shift they take the record along. */
export function MonthGrid(props: Props) {
  const { page, unit, weeks, month, at, onDay, lines, onLines, mayMove, onMove, days } = props;
  const { object, context } = page;
  const grid = useRef<HTMLDivElement>(null);
  const [still, setStill] = useState(false);
  // Where the focus goes when what it was on has moved: a day, or a record.
  const next = useRef<{ day: string; record?: RecordId } | null>(null);
  useEffect(() => {
    const wanted = next.current;
    if (!wanted) return;
    const day = grid.current?.querySelector<HTMLElement>(`[data-day="${wanted.day}"]`);
    const record = grid.current?.querySelector<HTMLElement>(`[data-opens="${wanted.record}"]`);
    if (!day || (record && !day.contains(record))) return;
    next.current = null;
    // On a crowded day the record may not be among those that are shown.
    (record ?? day).focus();
  });

  const rows = weeks.length;
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    const measure = () =>
      onLines(
        unit === 'week' ? WEEK_LINES : Math.max(1, Math.floor((element.clientHeight - 26) / rows / LINE - HEAD / LINE)),
      );
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rows, unit, onLines]);

  const entryOf = (id: string) => {
    for (const day of days?.values() ?? []) {
      const entry = day.entries.find(({ row, goesOn }) => !goesOn && String(row.id) === id);
      if (entry) return { day: day.day, row: entry.row };
    }
    return undefined;
  };
  const drop = (dropped: Drop | null) => {
    setStill(false);
    const moving = dropped && entryOf(dropped.card);
    if (moving && dropped) onMove(moving.row, moving.day, dropped.list);
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    if (!grid.current?.contains(target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    const moving = target.dataset.opens ? entryOf(target.dataset.opens) : undefined;
    if (event.shiftKey && step && moving && mayMove) {
      const to = addDays(moving.day, step);
      next.current = { day: to, record: moving.row.id };
      onDay(to);
      onMove(moving.row, moving.day, to);
    } else if (!event.shiftKey && (step || event.key === 'PageUp' || event.key === 'PageDown')) {
      const from = target.closest<HTMLElement>('[data-day]')?.dataset.day ?? at;
      const to = step ? addDays(from, step) : pageBy(from, unit, event.key === 'PageUp' ? -1 : 1);
      next.current = { day: to };
      onDay(to);
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of days with a focus of its own is a grid, which table is not
    <div
      ref={grid}
      role="grid"
      tabIndex={-1}
      aria-label={month}
      aria-busy={days === undefined}
      className={styles.grid}
      data-unit={unit}
      style={{ gridTemplateRows: `26px repeat(${rows}, minmax(0, 1fr))` }}
      onKeyDown={press}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the days take the focus */}
      <div role="row" className={styles.week}>
        {(weeks[0] ?? []).map((day) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: the days take the focus
          <div key={day} role="columnheader" className={styles.weekday}>
            {new Intl.DateTimeFormat(context.language, { weekday: 'short', timeZone: 'UTC' }).format(
              Date.parse(`${day}T00:00:00Z`),
            )}
          </div>
        ))}
      </div>
      {weeks.map((week) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: the days take the focus
        <div key={week[0]} role="row" className={styles.week}>
          {week.map((day) => (
            <DayCell
              key={day}
              {...props}
              day={day}
              found={days?.get(day)}
              other={unit === 'month' && !day.startsWith(month)}
              today={day === context.today}
              lines={lines}
              active={day === at}
              still={still}
              opened={page.state.record}
              title={object.title_field}
              group={mayMove ? 'calendar' : null}
              onStill={() => setStill(true)}
              onDrop={drop}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
