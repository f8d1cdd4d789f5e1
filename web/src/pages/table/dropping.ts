import type { ObjectKey, RecordId } from '@/api/types';
import { newKey, outbox, type Unsent } from './outbox';

/**
 * Deletes records that wait to be made. What the server refused is forgotten; of anything else nobody knows whether it
 * arrived, so it is made, and deleted after that. Answers the way back.
 */
export function dropUnmade(object: ObjectKey, ids: readonly RecordId[]): () => void {
  const isMeant = ({ id }: { id: RecordId }) => ids.includes(id);
  const refused = outbox.of(object).filter((entry) => entry.refused !== undefined && entry.edits.some(isMeant));
  const rest = ids.filter((id) => !refused.some((entry) => entry.edits.some((edit) => edit.id === id)));
  const key = newKey();
  for (const entry of refused) outbox.rewrite((one) => (one.key === entry.key ? without(one, isMeant) : one));
  const edits = rest.map((id) => ({ id, version: 0, values: {} }));
  if (rest.length > 0) outbox.keep({ key, object, label: '', edits, act: 'delete' });
  return () => {
    for (const entry of refused) outbox.keep({ ...entry, key: newKey(), edits: entry.edits.filter(isMeant) });
    outbox.rewrite((one) => (one.key === key ? null : one));
  };
}

/** Ways to put back new records that were taken back; a reload forgets them. */
const backs = new Map<string, () => void>();
const taken = (key: string) => `kebu.taken.${key}`;

/**
 * Takes a step that waits out of what is sent (`undo`), or puts it back (`redo`); answers how many values or records
 * that were, 0: it is not there any more. Had it arrived without an answer, the stream tells what is true.
 */
export function turn(key: string, way: 'undo' | 'redo'): number {
  if (way === 'redo') return putBack(key);
  const entry = outbox.list().find((one) => one.key === key);
  if (!entry || !outbox.isOpen(entry)) return 0;
  const ids = entry.edits.map(({ id }) => id);
  if (entry.act === 'make') {
    backs.set(key, dropUnmade(entry.object, ids));
    return ids.length;
  }
  sessionStorage.setItem(taken(key), JSON.stringify(entry));
  outbox.rewrite((one) => (one.key === key ? null : one));
  outbox.over(
    entry,
    entry.edits.map(({ id, version }) => ({ id, version, values: {} })),
    true,
  );
  return countOf(entry);
}

function putBack(key: string): number {
  const back = backs.get(key);
  backs.delete(key);
  back?.();
  if (back) return 1;
  const entry = JSON.parse(sessionStorage.getItem(taken(key)) ?? 'null') as Unsent | null;
  sessionStorage.removeItem(taken(key));
  return entry && outbox.keep(entry) ? countOf(entry) : 0;
}

const countOf = ({ edits }: Unsent) => edits.reduce((sum, { values }) => sum + Object.keys(values).length, 0);

function without(entry: Unsent, isMeant: (edit: { id: RecordId }) => boolean): Unsent | null {
  const edits = entry.edits.filter((edit) => !isMeant(edit));
  return edits.length > 0 ? { ...entry, edits } : null;
}
