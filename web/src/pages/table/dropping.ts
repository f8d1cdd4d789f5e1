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

function without(entry: Unsent, isMeant: (edit: { id: RecordId }) => boolean): Unsent | null {
  const edits = entry.edits.filter((edit) => !isMeant(edit));
  return edits.length > 0 ? { ...entry, edits } : null;
}
