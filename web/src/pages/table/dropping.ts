import type { ObjectKey, RecordId } from '@/api/types';
import { newKey, outbox, type Unsent } from './outbox';

/** What it takes to bring back records that were deleted while they waited. */
interface Dropped {
  /** What the server had refused of them. */
  refused: Unsent[];
  /** The step that deletes the others once they are made. */
  step: string;
}

/**
 * Deletes records that wait to be made. What the server refused is forgotten; of anything else nobody knows whether it
 * arrived, so it is made, and deleted after that. Answers the way back.
 */
export function dropUnmade(object: ObjectKey, ids: readonly RecordId[]): () => void {
  const dropped = drop(object, ids);
  return () => void bringBack(dropped);
}

function drop(object: ObjectKey, ids: readonly RecordId[]): Dropped {
  const isMeant = ({ id }: { id: RecordId }) => ids.includes(id);
  const refused = outbox.of(object).filter((entry) => entry.refused !== undefined && entry.edits.some(isMeant));
  const rest = ids.filter((id) => !refused.some((entry) => entry.edits.some((edit) => edit.id === id)));
  const step = newKey();
  for (const entry of refused) outbox.rewrite((one) => (one.key === entry.key ? without(one, isMeant) : one));
  const edits = rest.map((id) => ({ id, version: 0, values: {} }));
  if (rest.length > 0) outbox.keep({ key: step, object, label: '', edits, act: 'delete' });
  return { refused: refused.map((entry) => ({ ...entry, edits: entry.edits.filter(isMeant) })), step };
}

/** How many records came back: none where their deletion has gone out meanwhile. */
function bringBack({ refused, step }: Dropped): number {
  const kept = refused.filter((entry) => outbox.keep({ ...entry, key: newKey() }));
  const entry = outbox.list().find(({ key }) => key === step);
  const isOpen = entry !== undefined && outbox.isOpen(entry);
  outbox.rewrite((one) => (one.key === step ? null : one));
  return [...kept, ...(isOpen ? [entry] : [])].reduce((sum, { edits }) => sum + edits.length, 0);
}

/** A step that was taken back while it waited, as this tab keeps it, over a reload too. */
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
    sessionStorage.setItem(taken(key), JSON.stringify(drop(entry.object, ids)));
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
  const held = JSON.parse(sessionStorage.getItem(taken(key)) ?? 'null') as Unsent | Dropped | null;
  sessionStorage.removeItem(taken(key));
  if (!held) return 0;
  if ('step' in held) return bringBack(held);
  return outbox.keep(held) ? countOf(held) : 0;
}

const countOf = ({ edits }: Unsent) => edits.reduce((sum, { values }) => sum + Object.keys(values).length, 0);

function without(entry: Unsent, isMeant: (edit: { id: RecordId }) => boolean): Unsent | null {
  const edits = entry.edits.filter((edit) => !isMeant(edit));
  return edits.length > 0 ? { ...entry, edits } : null;
}
