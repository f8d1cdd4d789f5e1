import { useCallback } from 'react';
import { useObjects } from '@/api/objects';
import { createRecord, queryRows } from '@/api/records';
import type { Field, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import type { SearchRelation } from '@/fields/relations';

const BEST = 20;

/** Finds records of the object that a relation points to, by the server's own search; and makes new ones. */
export function useRelationSearch(): SearchRelation {
  const { objects } = useObjects();
  return useCallback<SearchRelation>(
    async (field, text) => {
      const target = objects.find((one) => one.key === field.target);
      if (!target) return { records: [], create: null };
      const title = target.title_field;
      const answer = await queryRows(target.key, { search: text, fields: [title], offset: 0, limit: BEST });
      const records = answer.rows.map(([id, , label]) => ({ id, label: String(label ?? '') }));
      const create = async (name: string) => {
        const { id } = await undoable(createRecord(target.key, { [title]: name }));
        recordsChanged(target.key);
        return { id, label: name };
      };
      return { records, create: mayCreate(target, field, objects) ? create : null };
    },
    [objects],
  );
}

/** One's own contact or deal belongs to its record from the beginning: it is made in the columns that show it. */
function mayCreate(target: ObjectInfo, field: Field, objects: readonly ObjectInfo[]): boolean {
  const shownThrough = objects
    .filter((one) => one.fields.includes(field))
    .some((one) =>
      one.fields.some(({ lookup }) => lookup?.relation === field.key && lookup.target_object === target.key),
    );
  const needs = target.fields.some(({ key, required }) => required && key !== target.title_field);
  return target.rights.create && !needs && !shownThrough;
}
