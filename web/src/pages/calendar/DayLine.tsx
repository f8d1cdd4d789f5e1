import { useTranslation } from 'react-i18next';
import { CardFields, CardName } from '@/pages/kinds/CardFields';
import { hued, useCardLook } from '@/pages/kinds/card-colors';
import kinds from '@/pages/kinds/kinds.module.css';
import styles from './calendar.module.css';
import type { CalendarParts } from './parts';
import type { Entry } from './use-days';

type Props = Pick<CalendarParts, 'page' | 'fields' | 'onOpen'> &
  Pick<Entry, 'row'> &
  Partial<Pick<Entry, 'time' | 'goesOn' | 'waits'>> & {
    /** Whether the focus comes back to it from its record. */
    returns: boolean;
  };

/** A record in a list of those of its day, with what there is room for. */
export function DayLine({ page: { object, context }, fields, onOpen, row, time, goesOn, waits, returns }: Props) {
  const { t } = useTranslation(['kinds', 'table', 'grid']);
  const look = useCardLook(row);
  const name = String(row.cells[object.title_field] ?? '') || t('table:record.unnamed');
  return (
    <button
      type="button"
      className={styles.line}
      data-opens={returns ? row.id : undefined}
      onClick={() => onOpen(row.id)}
      {...hued(look.whole, 'whole')}
    >
      <CardName row={row} look={look} title={object.title_field} context={context}>
        {time ? <span className={styles.time}>{time}</span> : null}
        {goesOn ? t('calendar.goesOn', { name }) : name}
      </CardName>
      <CardFields row={row} look={look} fields={fields} context={context} />
      {waits ? <small className={kinds.waits}>{t('grid:edit.waiting')}</small> : null}
    </button>
  );
}
