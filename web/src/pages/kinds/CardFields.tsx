import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { dueTone } from '@/fields/format';
import { SignMark } from '@/grid/SignMark';
import type { GridRow } from '@/grid/source';
import { type CardLook, hued } from './card-colors';
import styles from './kinds.module.css';

interface Props {
  row: GridRow;
  look: CardLook;
  context: FieldContext;
}

/** The name of a record as the head of its card; `children` where it says more than that. */
export function CardName({ row, look, title, context, children }: Props & { title: string; children?: ReactNode }) {
  const { t } = useTranslation('table');
  const own = look.of(title);
  const icon = own?.icon ?? look.whole?.icon;
  const text = children ?? (String(row.cells[title] ?? '') || t('record.unnamed'));
  return (
    <b>
      {own || icon ? (
        <span {...hued(own, 'value')}>
          {icon ? <SignMark icon={icon} label={context.t(`sign.${icon}`)} /> : null}
          {text}
        </span>
      ) : (
        text
      )}
    </b>
  );
}

/** What a card says below its name: the values that are there, without their names, which the reader hears. */
export function CardFields({ row, look, fields, context }: Props & { fields: readonly Field[] }) {
  const filled = filledOf(fields, row);
  if (filled.length === 0) return null;
  return (
    <span className={styles.fields}>
      {filled.map((field) => (
        <span key={field.key} title={labelOf(field.label_all)}>
          <span className="visually-hidden">{labelOf(field.label_all)}</span>
          <CardValue row={row} look={look} field={field} context={context} />
        </span>
      ))}
    </span>
  );
}

export const filledOf = (fields: readonly Field[], row: GridRow): Field[] =>
  fields.filter((field) => !isBlank(row.cells[field.key]));

/** One value on a card, in its tone and the colour of the view's rules. */
export function CardValue({ row, look, field, context }: Props & { field: Field }) {
  const cell = row.cells[field.key];
  const shade = look.of(field.key);
  return (
    <span
      className={styles.value}
      data-tone={field.key === 'next_follow_up' ? dueTone(cell, context.today) : undefined}
      {...hued(shade, 'value')}
    >
      {shade?.icon ? <SignMark icon={shade.icon} label={context.t(`sign.${shade.icon}`)} /> : null}
      <CellView field={withoutLinks(field)} cell={cell} context={context} />
    </span>
  );
}

/** The whole card is one button: no link may stand inside it. */
const withoutLinks = (field: Field): Field =>
  field.kind === 'phone' || field.kind === 'email' || field.kind === 'link' ? { ...field, kind: 'text' } : field;

/** The fields of a card, of those that the view shows: the first so many, without what the card says already. */
export function cardFields(fields: readonly Field[], shown: readonly string[], said: string[], count: number): Field[] {
  return shown
    .filter((key) => !said.includes(key))
    .flatMap((key) => fields.find((field) => field.key === key) ?? [])
    .slice(0, count);
}
