import type { ComponentProps } from 'react';
import type { Field, FieldKind, ObjectInfo, ViewKind, ViewSpec } from '@/api/types';
import { AppstoreOutlined, CalendarOutlined, FormOutlined, ProjectOutlined, TableOutlined } from '@/ui/icons';

export const KINDS: readonly ViewKind[] = ['grid', 'board', 'calendar', 'gallery', 'form'];

const ICONS = {
  grid: TableOutlined,
  board: ProjectOutlined,
  calendar: CalendarOutlined,
  gallery: AppstoreOutlined,
  form: FormOutlined,
} satisfies Record<ViewKind, typeof TableOutlined>;

export function KindMark({ kind, ...props }: { kind: ViewKind } & ComponentProps<typeof TableOutlined>) {
  const Icon = ICONS[kind];
  return <Icon {...props} />;
}

/** The fields that a view of a kind may go by: those a person sees, of the right kinds. */
export const fieldsFor = ({ fields }: ObjectInfo, ...kinds: FieldKind[]): Field[] =>
  fields.filter((field) => !field.hidden && kinds.includes(field.kind)).sort((a, b) => a.position - b.position);

export const columnFields = (object: ObjectInfo) => fieldsFor(object, 'choice', 'person');
export const dayFields = (object: ObjectInfo) => fieldsFor(object, 'date', 'datetime');
export const summedFields = (object: ObjectInfo) => fieldsFor(object, 'number', 'money');

/** What a person can fill in: no values that the program finds, nor the relations that other fields look through. */
export function writableFields(object: ObjectInfo): Field[] {
  const looked = new Set(object.fields.flatMap((field) => field.lookup?.relation ?? []));
  return object.fields.filter(
    (field) => !field.hidden && !field.readonly && field.kind !== 'auto_number' && !looked.has(field.key),
  );
}

/** What a new view of this kind says of itself; null where the object has no field for it. */
export function partFor(kind: ViewKind, object: ObjectInfo, shown: readonly string[] = []): Partial<ViewSpec> | null {
  if (kind === 'grid' || kind === 'gallery') return {};
  if (kind === 'form') {
    const writable = new Set(writableFields(object).map(({ key }) => key));
    const fields = [object.title_field, ...shown.filter((key) => writable.has(key) && key !== object.title_field)];
    return { form: { fields: fields.slice(0, 8), required: [object.title_field] } };
  }
  if (kind === 'calendar') {
    const days = dayFields(object);
    // What somebody plans stands in a calendar rather than what the program notes by itself.
    const date = days.find(({ readonly }) => !readonly) ?? days[0];
    return date ? { calendar: { date: date.key } } : null;
  }
  const fields = columnFields(object);
  // What passes through stages is what a board is made for.
  const by = fields.find((field) => field.categories.length > 0) ?? fields[0];
  return by ? { board: { by: by.key, sum: summedFields(object).find(({ kind }) => kind === 'money')?.key } } : null;
}

/** A spec without what only views of one kind say. */
export function withoutParts({ board: _, calendar: __, form: ___, ...spec }: ViewSpec): ViewSpec {
  return spec;
}
