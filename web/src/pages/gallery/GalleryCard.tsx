import { memo } from 'react';
import { labelOf } from '@/api/objects';
import type { Field, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import type { Bar as BarOf } from '@/grid/colors';
import type { GridRow } from '@/grid/source';
import { CardName, CardValue, filledOf } from '@/pages/kinds/CardFields';
import { hued, useCardLook } from '@/pages/kinds/card-colors';
import kinds from '@/pages/kinds/kinds.module.css';
import { hueStyle } from '@/ui/hues';
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
  const look = useCardLook(row);
  return (
    <li className={`${kinds.card} ${styles.card}`} data-open={open} {...hued(look.whole, 'whole')}>
      <button type="button" data-opens={row.id} onClick={() => onOpen(row.id)}>
        <CardName row={row} look={look} title={title} context={context} />
        {filledOf(fields, row).map((field) => (
          <span key={field.key} className={styles.line}>
            <span className={styles.label}>{labelOf(field.label_all)}</span>
            <span className={styles.held}>
              <CardValue row={row} look={look} field={field} context={context} />
              <Bar bar={look.bar(field.key)} />
            </span>
          </span>
        ))}
      </button>
    </li>
  );
});

function Bar({ bar }: { bar: BarOf | null }) {
  if (!bar) return null;
  const place = { left: `${bar.start * 100}%`, width: `${bar.size * 100}%` };
  return <span className="kebu-card-bar" style={{ ...hueStyle(bar.color), ...place }} />;
}
