import { useTranslation } from 'react-i18next';
import type { Field, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { SignMark } from '@/grid/SignMark';
import { useCardLook } from '@/pages/kinds/card-colors';
import { hueStyle } from '@/ui/hues';
import { GREY_HUE } from '@/ui/palette';
import styles from './calendar.module.css';
import type { Entry as DayEntry } from './use-days';

interface Props {
  entry: DayEntry;
  title: string;
  context: FieldContext;
  hue: Field | undefined;
  open: boolean;
  tabbable: boolean;
  onOpen: (id: RecordId) => void;
}

/** A record on its day: one line, in the hue of its stage. */
export function Entry({ entry: { row, time, goesOn, waits }, title, context, hue, open, tabbable, onOpen }: Props) {
  const { t } = useTranslation(['kinds', 'table', 'grid']);
  const name = String(row.cells[title] ?? '') || t('table:record.unnamed');
  const choice = hue?.choices.find(({ key }) => key === row.cells[hue.key]);
  const look = useCardLook(row);
  const rule = look.of(title) ?? look.whole;
  // A hue means one thing: where rules colour the records, the stage does not.
  const color = look.isDecided ? (rule?.color ?? GREY_HUE) : (choice?.color ?? GREY_HUE);
  return (
    <button
      type="button"
      className={styles.entry}
      data-opens={goesOn ? undefined : row.id}
      data-open={open}
      data-goes-on={goesOn}
      data-waits={waits}
      tabIndex={tabbable ? 0 : -1}
      title={[name, choice?.label, waits ? t('grid:edit.waiting') : ''].filter(Boolean).join(' · ')}
      aria-label={goesOn ? t('calendar.goesOn', { name }) : undefined}
      style={hueStyle(color)}
      onClick={() => onOpen(row.id)}
    >
      {rule?.icon ? <SignMark icon={rule.icon} label={context.t(`sign.${rule.icon}`)} /> : null}
      {time ? <span className={styles.time}>{time}</span> : null}
      <span className={styles.entryName}>{name}</span>
      {waits ? <span className="visually-hidden">{t('grid:edit.waiting')}</span> : null}
    </button>
  );
}
