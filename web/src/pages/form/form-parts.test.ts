import { expect, it } from 'vitest';
import type { Field, ObjectInfo } from '@/api/types';
import { formOf, missingOf, partOf } from './form-parts';

const field = (key: string, more: Partial<Field> = {}): Field => ({
  key,
  kind: 'text',
  label: key,
  label_all: {},
  builtin: true,
  readonly: false,
  required: false,
  hidden: false,
  position: 0,
  lookup: null,
  target: null,
  choices: [],
  categories: [],
  operators: [],
  sortable: true,
  ...more,
});
const object = {
  key: 'things',
  title_field: 'name',
  fields: [field('name'), field('phone'), field('made', { readonly: true })],
} as unknown as ObjectInfo;

it('what no record can be without is in every form', () => {
  const form = formOf(object, { part: { form: { fields: ['phone', 'made', 'gone'] } }, view: undefined });
  expect(form.fields.map(({ key }) => key)).toEqual(['name', 'phone']);
  expect([...form.required]).toEqual(['name']);
});

it('tells what is still to be filled in', () => {
  const form = formOf(object, { part: { form: { fields: ['name', 'phone'], required: ['phone'] } }, view: undefined });
  expect(missingOf(form, { name: 'A', phone: '' }).map(({ key }) => key)).toEqual(['phone']);
  expect(missingOf(form, { name: 'A', phone: '1' })).toEqual([]);
});

it('keeps only what was chosen', () => {
  const part = { title: 'T', text: '', fields: ['name', 'phone'], required: ['phone'] };
  expect(partOf(formOf(object, { part: { form: part }, view: undefined }), object)).toEqual(part);
});
