import { labelOf } from '@/api/objects';
import type { Field } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { dueTone } from '@/fields/format';
import type { GridRow } from '@/grid/source';
import styles from './kinds.module.css';

interface Props {
  row: GridRow;
  fields: readonly Field[];
  context: FieldContext;
}

/** What a card says below its name: the values that are there, without their names, which the reader hears. */
export function CardFields({ row, fields, context }: Props) {
  const filled = fields.filter((field) => !isBlank(row.cells[field.key]));
  if (filled.length === 0) return null;
  return (
    <span className={styles.fields}>
      {filled.map((field) => (
        <span
          key={field.key}
          title={labelOf(field.label_all)}
          data-tone={field.key === 'next_follow_up' ? dueTone(row.cells[field.key], context.today) : undefined}
        >
          <span className="visually-hidden">{labelOf(field.label_all)}</span>
          <CellView field={withoutLinks(field)} cell={row.cells[field.key]} context={context} />
        </span>
      ))}
    </span>
  );
}

/** The whole card is one button: no link may stand inside it. */
export const withoutLinks = (field: Field): Field =>
  field.kind === 'phone' || field.kind === 'email' || field.kind === 'link' ? { ...field, kind: 'text' } : field;

/** The fields of a card, of those that the view shows: the first so many, without what the card says already. */
export function cardFields(fields: readonly Field[], shown: readonly string[], said: string[], count: number): Field[] {
  return shown
    .filter((key) => !said.includes(key))
    .flatMap((key) => fields.find((field) => field.key === key) ?? [])
    .slice(0, count);
}
