import { queryOptions, useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { get, patch, post, remove } from './client';
import type { Choice, Field, FieldKind, Labels, Language, ObjectInfo, ObjectKey, Objects } from './types';

export const objectsQuery = queryOptions({
  queryKey: ['objects'],
  queryFn: ({ signal }) => get<Objects>('/api/objects', undefined, signal),
  staleTime: 5 * 60_000,
});
/** Objects, fields and people. Only below the shell, which waits for them. */
export function useObjects(): Objects {
  const { data } = useQuery(objectsQuery);
  if (!data) throw new Error('useObjects outside the signed-in shell');
  return data;
}
export function useObject(key: ObjectKey): ObjectInfo | undefined {
  return useObjects().objects.find((object) => object.key === key);
}

/** A label in the language of the page; the server's where it has only one. */
export function labelOf(label: string | Partial<Labels> | undefined): string {
  if (label === undefined) return '';
  if (typeof label === 'string') return label;
  return label[i18next.language as Language] || label['zh-Hans'] || label.en || '';
}

/** A choice as it is sent; without a key it is a new one. */
export type ChoiceChange = Omit<Choice, 'key' | 'label' | 'label_all'> & { key?: string; label: Partial<Labels> };
export interface FieldDraft {
  kind: FieldKind;
  label: Partial<Labels>;
  choices?: ChoiceChange[];
  position?: number;
}
export interface FieldChange {
  label?: Partial<Labels>;
  hidden?: boolean;
  position?: number;
  choices?: ChoiceChange[];
}
export const createField = (object: ObjectKey, draft: FieldDraft) => post<Field>(`/api/fields/${object}`, draft);
export const changeField = (object: ObjectKey, key: string, change: FieldChange) =>
  patch<Field>(`/api/fields/${object}/${key}`, change);
export const deleteField = (object: ObjectKey, key: string) => remove(`/api/fields/${object}/${key}`);
/** How many records have a value in the field. */
export const countValues = async (object: ObjectKey, key: string) =>
  (await get<{ values: number }>(`/api/fields/${object}/${key}/held`)).values;
