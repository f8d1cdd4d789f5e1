import { live } from '@/api/live';
import type { ObjectKey } from '@/api/types';
import { countsChanged, othersChanged } from './changed';

const PASS_MS = 1_000;
const COUNT_MS = 10_000;

/**
 * Listens to what others do from `cursor` on, and passes it on, some of it together; `unseen`: the others do not hear
 * where this page is. The answer stops it.
 */
export function listen(cursor: string, unseen: boolean): () => void {
  const objects = new Set<ObjectKey>();
  let soon: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  const stopPassing = live.on('changes', ({ object }) => {
    objects.add(object);
    soon ??= setTimeout(() => {
      soon = undefined;
      othersChanged(objects);
      objects.clear();
    }, PASS_MS);
    // How many rows views have costs more to know, and matters less.
    later ??= setTimeout(() => {
      later = undefined;
      countsChanged();
    }, COUNT_MS);
  });
  live.unseen = unseen;
  const stopListening = live.start(cursor);
  return () => {
    stopPassing();
    stopListening();
    clearTimeout(soon);
    clearTimeout(later);
  };
}
