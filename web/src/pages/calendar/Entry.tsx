import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, RecordId } from '@/api/types';
import { GREY_HUE } from '@/ui/palette';
import styles from './calendar.module.css';
import type { Entry as DayEntry } from './use-days';

interface Props {
  entry: DayEntry;
  title: string;
  hue: Field | undefined;
  open: boolean;
  tabbable: boolean;
  onOpen: (id: RecordId) => void;
}

/** A record on its day: one line, in the hue of its stage. */
export function Entry({ entry: { row, time, goesOn }, title, hue, open, tabbable, onOpen }: Props) {
  const { t } = useTranslation(['kinds', 'table']);
  const name = String(row.cells[title] ?? '') || t('table:record.unnamed');
  const choice = hue?.choices.find(({ key }) => key === row.cells[hue.key]);
  const color = choice?.color ?? GREY_HUE;
  return (
    <button
      type="button"
      className={styles.entry}
      data-opens={goesOn ? undefined : row.id}
      data-open={open}
      data-goes-on={goesOn}
      tabIndex={tabbable ? 0 : -1}
      title={choice ? `${name} · ${choice.label}` : name}
      aria-label={goesOn ? t('calendar.goesOn', { name }) : undefined}
      style={
        {
          '--bg': `var(--kebu-hue-${color}-bg)`,
          '--fg': `var(--kebu-hue-${color}-fg)`,
          '--dot': `var(--kebu-hue-${color}-dot)`,
        } as CSSProperties
      }
      onClick={() => onOpen(row.id)}
    >
      {time ? <span className={styles.time}>{time}</span> : null}
      <span className={styles.entryName}>{name}</span>
    </button>
  );
}
