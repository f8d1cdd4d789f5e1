import type { Cell, Field, FormPart, ObjectInfo } from '@/api/types';
import { isBlank } from '@/fields/cells';
import { writableFields } from '@/pages/table/kinds';
import type { TableState } from '@/pages/table/table-state';

/** A form with all that it shows: fields that no record can be without are in it, wherever they were left out. */
export interface WholeForm {
  title: string;
  text: string;
  fields: Field[];
  /** Keys of those that must be filled in. */
  required: ReadonlySet<string>;
}

export function formOf(
  object: ObjectInfo,
  { part: { form = {} }, view }: Pick<TableState, 'part' | 'view'>,
): WholeForm {
  const writable = new Map(writableFields(object).map((field) => [field.key, field]));
  const always = [...writable.values()].filter((field) => isAlways(object, field)).map(({ key }) => key);
  const named = form.fields ?? [];
  const keys = [...always.filter((key) => !named.includes(key)), ...named];
  return {
    title: form.title ?? view?.name ?? '',
    text: form.text ?? '',
    fields: keys.flatMap((key) => writable.get(key) ?? []),
    required: new Set([...always, ...(form.required ?? [])]),
  };
}

/** Whether no record can be without it. */
export const isAlways = (object: ObjectInfo, field: Field): boolean =>
  field.required || field.key === object.title_field;

/** What the view keeps of it. */
export function partOf({ title, text, fields, required }: WholeForm, object: ObjectInfo): FormPart {
  const keys = fields.map(({ key }) => key);
  const always = new Set(object.fields.filter((field) => isAlways(object, field)).map(({ key }) => key));
  return { title, text, fields: keys, required: keys.filter((key) => required.has(key) && !always.has(key)) };
}

/** The required fields that have nothing in them. */
export const missingOf = (form: WholeForm, values: Record<string, Cell>): Field[] =>
  form.fields.filter((field) => form.required.has(field.key) && isBlank(values[field.key]));
