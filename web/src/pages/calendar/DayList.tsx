import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { useEndlessRows } from '@/pages/kinds/rows';
import { PlusOutlined } from '@/ui/icons';
import { LinesLoading } from '@/ui/states';
import { useSeen } from '@/ui/useSeen';
import styles from './calendar.module.css';
import { DayLine } from './DayLine';
import { type CalendarParts, dayName } from './parts';

interface Props extends CalendarParts {
  day: string;
  onLeave: () => void;
}

/** All records of one day, however many. */
export default function DayList({ page, date, day, fields, asked, filterOf, onOpen, onAdd, onLeave }: Props) {
  const { t } = useTranslation(['kinds', 'table']);
  const { object, state, context } = page;
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => dialog.current?.focus(), []);
  const found = useEndlessRows(object.key, {
    filter: filterOf(day),
    sort: [{ field: date.key, desc: false }, ...state.sort.filter(({ field }) => field !== date.key)],
    search: state.search,
    fields: asked,
  });
  const more = useSeen<HTMLDivElement>(() => found.more?.(), '100px');
  const name = dayName(day, context.language);
  return (
    <div
      ref={dialog}
      role="dialog"
      aria-label={name}
      tabIndex={-1}
      className={styles.dayList}
      onKeyDown={(event) => {
        // The days behind have their own arrows.
        event.stopPropagation();
        if (event.key === 'Escape') onLeave();
      }}
    >
      <header className={styles.dayListHead}>
        <b>{name}</b>
        {onAdd ? (
          <Button type="text" size="small" icon={<PlusOutlined />} onClick={() => onAdd(day)}>
            {t('table:tools.add', { object: labelOf(object.label) })}
          </Button>
        ) : null}
      </header>
      {found.error ? (
        <p role="alert">{errorText(found.error)}</p>
      ) : found.rows === undefined ? (
        <LinesLoading rows={3} />
      ) : found.rows.length === 0 ? (
        <p className={styles.nothing}>{t('calendar.nothing', { object: labelOf(object.plural) })}</p>
      ) : (
        <ul>
          {found.rows.map((row) => (
            <li key={row.id}>
              <DayLine row={row} page={page} fields={fields} onOpen={onOpen} returns={false} />
            </li>
          ))}
        </ul>
      )}
      {found.more ? <div key={found.rows?.length} ref={more} className={styles.waiting} /> : null}
    </div>
  );
}
