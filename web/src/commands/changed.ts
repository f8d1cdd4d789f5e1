import { queryClient } from '@/api/cache';
import type { ObjectKey } from '@/api/types';

const COUNTS_DELAY_MS = 800;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(object: ObjectKey | null, from: unknown) => void>();

/**
 * Tells the page that records changed: what is open of them is asked anew at once, the counts of views when the hand
 * rests. `object` null: any. `from` is who changed them and knows already.
 */
export function recordsChanged(object: ObjectKey | null, from: unknown = null): void {
  // A customer shows values of its contacts and deals, and they its name.
  for (const key of ['record', 'history', 'related', 'trash', 'changes', 'past'])
    void queryClient.invalidateQueries({ queryKey: [key] });
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const key of ['views', 'cards', 'overview']) void queryClient.invalidateQueries({ queryKey: [key] });
  }, COUNTS_DELAY_MS);
  for (const listener of listeners) listener(object, from);
}

/** As `from`: somebody else changed them, and the stream of changes said so. */
export const OTHERS = Symbol('others');

/** Passes on that somebody else changed records of these objects. */
export function othersChanged(objects: Iterable<ObjectKey>): void {
  ask(['record', 'history', 'related', 'cards', 'trash']);
  for (const object of objects) for (const listener of listeners) listener(object, OTHERS);
}

/** Asks anew how many rows views have, and what reports show. */
export const countsChanged = (): void => ask(['views', 'overview']);

function ask(keys: string[]): void {
  for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
}

export function onRecordsChanged(listener: (object: ObjectKey | null, from: unknown) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
