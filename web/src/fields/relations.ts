import { useEffect, useState } from 'react';
import type { Field, RelationCell } from '@/api/types';
import type { Option } from './options';

/** Finds records that a relation field may point to, by a part of their name; the best ones first, not many. */
export type SearchRelation = (field: Field, text: string) => Promise<RelationCell[]>;

const PAUSE_MS = 150;

interface Found {
  text: string | null;
  options: Option[];
  state: 'searching' | 'done' | 'failed';
}

/** The records found for what is typed, a moment after typing pauses. Until then the former ones stay. */
export function useRelationSearch(search: SearchRelation, field: Field, text: string): Omit<Found, 'text'> {
  const [found, setFound] = useState<Found>({ text: null, options: [], state: 'searching' });
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const records = await search(field, text.trim());
        const options = records.map(({ id, label }) => ({ value: id, label }));
        if (!stale) setFound({ text, options, state: 'done' });
      } catch {
        if (!stale) setFound({ text, options: [], state: 'failed' });
      }
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [search, field, text]);
  return { options: found.options, state: found.text === text ? found.state : 'searching' };
}
