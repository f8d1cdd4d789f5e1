import { Button, Popover } from 'antd';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import { PlusOutlined } from '@/ui/icons';
import styles from './calendar.module.css';
import { DayLine } from './DayLine';
import { type CalendarParts, dayName } from './parts';
import type { Day } from './use-days';

const DayList = lazy(() => import('./DayList'));

/** On a phone: the days that have something, one below the other, and today. */
export function Agenda({ shown, ...parts }: CalendarParts & { shown: readonly string[] }) {
  const { t } = useTranslation('kinds');
  const { page, days } = parts;
  const { today } = page.context;
  const here = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // Once: later the list stays where the finger left it.
  useEffect(() => {
    if (list.current && here.current) list.current.scrollTop = here.current.offsetTop;
  }, []);
  const filled = shown.flatMap((day) => {
    const found = days?.get(day);
    return found && (found.count > 0 || day === today) ? [found] : [];
  });
  return (
    <div ref={list} className={styles.agenda}>
      {filled.every(({ count }) => count === 0) ? (
        <p className={styles.nothing}>{t('calendar.nothing', { object: labelOf(page.object.plural) })}</p>
      ) : null}
      {filled.map((found) => (
        <AgendaDay key={found.day} {...parts} found={found} place={found.day === today ? here : undefined} />
      ))}
    </div>
  );
}

interface DayProps extends CalendarParts {
  found: Day;
  place: React.RefObject<HTMLElement | null> | undefined;
}
function AgendaDay({ found, place, ...parts }: DayProps) {
  const { page, fields, onOpen, onAdd } = parts;
  const { t } = useTranslation('kinds');
  const [open, setOpen] = useState(false);
  const { day, entries, count } = found;
  const { object, context } = page;
  const name = dayName(day, context.language);
  const add = t('calendar.add', { day: name, object: labelOf(object.label) });
  return (
    <section ref={place} className={styles.agendaDay} aria-label={name}>
      <header>
        <h3 data-today={day === context.today}>{name}</h3>
        {onAdd ? (
          <Button type="text" size="small" icon={<PlusOutlined />} aria-label={add} onClick={() => onAdd(day)} />
        ) : null}
      </header>
      <ul>
        {entries.map((entry) => (
          <li key={entry.row.id}>
            <DayLine {...entry} page={page} fields={fields} onOpen={onOpen} returns />
          </li>
        ))}
      </ul>
      {count > entries.length ? (
        <Popover
          open={open}
          onOpenChange={setOpen}
          trigger="click"
          destroyOnHidden
          content={
            <Suspense>
              <DayList {...parts} day={day} onLeave={() => setOpen(false)} />
            </Suspense>
          }
        >
          <Button type="text" size="small">
            {t('calendar.more', { count: count - entries.length })}
          </Button>
        </Popover>
      ) : null}
    </section>
  );
}
