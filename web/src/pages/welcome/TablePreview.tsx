import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { FieldKind, SetupInfo } from '@/api/types';
import { Mark } from '@/ui/Mark';
import styles from './welcome.module.css';

const ROWS = Array.from({ length: 22 }, (_, row) => row);

/** The table to be, drawn with the template's real columns and grey where the customers will stand. */
export function TablePreview({
  title,
  template,
}: {
  title: string;
  template: SetupInfo['templates'][number] | undefined;
}) {
  const { t } = useTranslation('welcome');
  const fields = template?.fields.slice(0, 9) ?? [];
  return (
    <div className={styles.preview} role="img" aria-label={t('setup.previewLabel')}>
      <div className={styles.previewTitle}>
        <Mark size={18} />
        <span>{title || t('setup.company')}</span>
      </div>
      <div className={styles.previewTable} style={{ gridTemplateColumns: `36px repeat(${fields.length}, 112px)` }}>
        <span className={styles.previewHead} />
        {fields.map((field) => (
          <span key={field.key} className={styles.previewHead}>
            {labelOf(field.label)}
          </span>
        ))}
        {ROWS.map((row) => [
          <span key={`n${row}`} className={styles.previewNumber}>
            {row + 1}
          </span>,
          ...fields.map((field, column) => (
            <GhostCell key={`${field.key}${row}`} kind={field.kind} row={row} column={column} />
          )),
        ])}
      </div>
    </div>
  );
}

/** A grey stroke as long as a value might be; choices in their colours. */
function GhostCell({ kind, row, column }: { kind: FieldKind; row: number; column: number }) {
  const noise = (row * 7 + column * 13 + ((row * column) % 5) * 3) % 10;
  if (kind === 'choice' || kind === 'choices') {
    return (
      <span className={styles.previewCell}>
        <i
          className={styles.ghostChip}
          style={{ background: `var(--kebu-hue-${(noise * 5 + column) % 6}-bg)`, width: 44 + (noise % 3) * 8 }}
        />
      </span>
    );
  }
  const right = kind === 'money' || kind === 'number' || kind === 'percent';
  const width = kind === 'date' || kind === 'datetime' ? 66 : right ? 36 + noise * 3 : 44 + noise * 5;
  return (
    <span className={styles.previewCell} data-right={right}>
      {noise === 9 && column > 1 ? null : <i className={styles.ghost} style={{ width }} />}
    </span>
  );
}
