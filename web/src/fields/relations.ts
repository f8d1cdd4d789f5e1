import { useEffect, useState } from 'react';
import type { Field, RelationCell } from '@/api/types';
import { fold, type Option } from './options';

/** What a relation field may point to, the best ones first; `create` makes a new record of that name, where one may. */
export interface RelationsFound {
  records: RelationCell[];
  create: ((name: string) => Promise<RelationCell>) | null;
}

/** Finds records that a relation field may point to, by a part of their name; not many. */
export type SearchRelation = (field: Field, text: string) => Promise<RelationsFound>;

const PAUSE_MS = 150;

interface Found {
  text: string | null;
  options: Option[];
  create: RelationsFound['create'];
  state: 'searching' | 'done' | 'failed';
}

/** The records found for what is typed, a moment after typing pauses. Until then the former ones stay. */
export function useRelationSearch(search: SearchRelation, field: Field, text: string): Omit<Found, 'text'> {
  const [found, setFound] = useState<Found>({ text: null, options: [], create: null, state: 'searching' });
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const { records, create } = await search(field, text.trim());
        const options = records.map(({ id, label }) => ({ value: id, label }));
        if (!stale) setFound({ text, options, create, state: 'done' });
      } catch {
        if (!stale) setFound({ text, options: [], create: null, state: 'failed' });
      }
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [search, field, text]);
  const state = found.text === text ? found.state : 'searching';
  // A name that is there already needs no second record.
  const typed = fold(text);
  const fresh = state === 'done' && typed !== '' && !found.options.some((option) => fold(option.label) === typed);
  return { options: found.options, create: fresh ? found.create : null, state };
}
