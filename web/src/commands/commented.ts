import { queryClient } from '@/api/cache';
import type { ObjectKey, RecordId } from '@/api/types';

const listeners = new Set<(object: ObjectKey, ids: RecordId[]) => void>();

/** Hears of comments that this page wrote or changed; answers how to stop. */
export function onCommented(act: (object: ObjectKey, ids: RecordId[]) => void): () => void {
  listeners.add(act);
  return () => listeners.delete(act);
}

/** Something was said about these records, or taken back. Waits until what shows their threads has them anew. */
export async function commentsChanged(object: ObjectKey, ids: RecordId[]): Promise<void> {
  for (const act of listeners) act(object, ids);
  await Promise.all(ids.map((id) => queryClient.invalidateQueries({ queryKey: ['comments', object, id] })));
}
