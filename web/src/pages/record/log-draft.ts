import { useState } from 'react';
import type { Cell } from '@/api/types';

/** What is being noted down of a record. */
export interface Draft {
  kind: string | null;
  text: string;
  next: Cell;
}

const PREFIX = 'kebu.log.';
/** How somebody mostly goes about it: the kind that he chose last. */
const LAST_KIND = `${PREFIX}kind`;

/** Kept in the browser until it is saved: it survives closing and reloading. `place` names the person and the record. */
export function useLogDraft(place: string): [Draft, (draft: Draft) => void] {
  const name = PREFIX + place;
  const [draft, setDraft] = useState(() => read(name) ?? { kind: null, text: '', next: null });
  const change = (next: Draft) => {
    setDraft(next);
    keep(name, next.text || next.next !== null ? JSON.stringify(next) : null);
  };
  return [draft, change];
}

export const lastKind = (): string | null => localStorage.getItem(LAST_KIND);
export const keepKind = (kind: string): void => keep(LAST_KIND, kind);

function read(name: string): Draft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null;
    return kept && typeof kept.text === 'string' ? kept : null;
  } catch {
    return null;
  }
}

function keep(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // Full: then it lives as long as the form.
  }
}
