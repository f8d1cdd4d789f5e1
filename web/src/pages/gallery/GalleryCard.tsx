import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, RecordId } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { dueTone } from '@/fields/format';
import type { GridRow } from '@/grid/source';
import { withoutLinks } from '@/pages/kinds/CardFields';
import styles from './gallery.module.css';

interface Props {
  row: GridRow;
  title: string;
  fields: readonly Field[];
  context: FieldContext;
  open: boolean;
  onOpen: (id: RecordId) => void;
}

/** A record with its values by name, one below the other. */
export const GalleryCard = memo(function GalleryCard({ row, title, fields, context, open, onOpen }: Props) {
  const { t } = useTranslation('table');
  return (
    <li className={styles.card} data-open={open}>
      <button type="button" data-opens={row.id} onClick={() => onOpen(row.id)}>
        <b>{String(row.cells[title] ?? '') || t('record.unnamed')}</b>
        {fields
          .filter((field) => !isBlank(row.cells[field.key]))
          .map((field) => (
            <span
              key={field.key}
              className={styles.line}
              data-tone={field.key === 'next_follow_up' ? dueTone(row.cells[field.key], context.today) : undefined}
            >
              <span className={styles.label}>{labelOf(field.label_all)}</span>
              <CellView field={withoutLinks(field)} cell={row.cells[field.key]} context={context} />
            </span>
          ))}
      </button>
    </li>
  );
});
