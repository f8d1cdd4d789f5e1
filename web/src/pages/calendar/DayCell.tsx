import { Button, Popover } from 'antd';
import { type CSSProperties, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { RecordId } from '@/api/types';
import { PlusOutlined } from '@/ui/icons';
import { type Drop, useCardDrag } from '@/ui/useSortable';
import styles from './calendar.module.css';
import { Entry } from './Entry';
import { type CalendarParts, dayName } from './parts';
import type { Day } from './use-days';

const DayList = lazy(() => import('./DayList'));

interface Props extends CalendarParts {
  day: string;
  found: Day | undefined;
  /** Of the month before or after. */
  other: boolean;
  today: boolean;
  lines: number;
  active: boolean;
  still: boolean;
  opened: RecordId | 'new' | undefined;
  title: string;
  group: string | null;
  onStill: () => void;
  onDrop: (drop: Drop | null) => void;
}

export function DayCell(props: Props) {
  const { page, day, found, other, today, lines, active, still, opened, title, hue, group, onOpen, onAdd } = props;
  const { t } = useTranslation('kinds');
  const [open, setOpen] = useState(false);
  const cell = useRef<HTMLDivElement>(null);
  const list = useCardDrag<HTMLUListElement>(group, props.onStill, props.onDrop);
  const held = useRef(found);
  useEffect(() => {
    if (!still) held.current = found;
  });
  const { entries = [], count = 0 } = (still ? held.current : found) ?? {};
  const shown = count > lines ? entries.slice(0, Math.max(0, lines - 1)) : entries;
  const name = dayName(day, page.context.language);
  const leave = () => {
    setOpen(false);
    cell.current?.focus();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: see MonthGrid
    <div
      ref={cell}
      role="gridcell"
      tabIndex={active ? 0 : -1}
      data-day={day}
      data-other={other}
      aria-label={t('calendar.day', { day: name, count })}
      aria-current={today ? 'date' : undefined}
      className={styles.day}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        setOpen(true);
      }}
    >
      <div className={styles.dayHead}>
        <span className={styles.number}>{Number(day.slice(8))}</span>
        {onAdd ? (
          <button
            type="button"
            className={styles.add}
            tabIndex={active ? 0 : -1}
            aria-label={t('calendar.add', { day: name, object: labelOf(page.object.label) })}
            onClick={() => onAdd(day)}
          >
            <PlusOutlined />
          </button>
        ) : null}
      </div>
      <ul ref={list} className={styles.entries} data-list={day}>
        {shown.map((entry) => (
          <li key={entry.row.id} data-card={entry.goesOn ? undefined : entry.row.id}>
            <Entry
              entry={entry}
              title={title}
              context={page.context}
              hue={hue}
              open={opened === entry.row.id}
              tabbable={active}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ul>
      <Popover
        open={open}
        onOpenChange={(next) => (next ? setOpen(true) : leave())}
        trigger="click"
        placement="right"
        arrow={false}
        destroyOnHidden
        content={
          <Suspense>
            <DayList {...props} onLeave={leave} />
          </Suspense>
        }
      >
        {count > shown.length ? (
          <Button
            type="text"
            size="small"
            className={styles.rest}
            style={{ '--above': shown.length } as CSSProperties}
            tabIndex={active ? 0 : -1}
          >
            {t('calendar.more', { count: count - shown.length })}
          </Button>
        ) : (
          <span className={styles.anchor} />
        )}
      </Popover>
    </div>
  );
}
