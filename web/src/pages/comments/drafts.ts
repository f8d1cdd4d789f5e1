import { useState } from 'react';
import { type Draft, NO_DRAFT } from './mentions';

const PREFIX = 'kebu.comment.';

/**
 * What is being written at a place, kept in the browser until it was sent: it survives closing and reloading. `person`
 * is in its name, for another may sign in here.
 */
export function useDraft(person: number, place: string, start: Draft = NO_DRAFT): [Draft, (draft: Draft) => void] {
  const name = `${PREFIX}${person}.${place}`;
  const [draft, setDraft] = useState(() => read(name) ?? start);
  const change = (next: Draft) => {
    setDraft(next);
    try {
      if (next.text === start.text) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // Full: then it lives as long as the page.
    }
  };
  return [draft, change];
}

/** Whether something was begun there and not sent. */
export const hasDraft = (person: number, place: string): boolean => read(`${PREFIX}${person}.${place}`) !== null;

function read(name: string): Draft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null;
    return kept && typeof kept.text === 'string' && Array.isArray(kept.people) ? kept : null;
  } catch {
    return null;
  }
}
