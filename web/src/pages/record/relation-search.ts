import { useCallback } from 'react';
import { useObjects } from '@/api/objects';
import { queryRows } from '@/api/records';
import type { SearchRelation } from '@/fields/relations';

const BEST = 20;

/** Finds records of the object that a relation points to, by the server's own search. */
export function useRelationSearch(): SearchRelation {
  const { objects } = useObjects();
  return useCallback<SearchRelation>(
    async (field, text) => {
      const target = objects.find((one) => one.key === field.target);
      if (!target) return [];
      const title = target.title_field;
      const answer = await queryRows(target.key, { search: text, fields: [title], offset: 0, limit: BEST });
      return answer.rows.map(([id, , label]) => ({ id, label: String(label ?? '') }));
    },
    [objects],
  );
}
