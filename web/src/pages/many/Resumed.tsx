import { useEffect } from 'react';
import { isOver, readActs } from '@/api/jobs';
import { begunHere, followed, useOutcome } from './acts';

/**
 * Acts on many records that were begun before the page was loaded, or in another tab: they show again how far they are,
 * can be cancelled, and say what became of them.
 */
export default function Resumed() {
  const tell = useOutcome();
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== 'visible') return;
      const acts = await readActs().catch(() => []);
      for (const one of acts) {
        if (followed.has(one.id) || (isOver(one) && !begunHere().includes(one.id))) continue;
        tell(one.object, one.act, { job: one.id, change_set: null, count: one.total ?? 0 }, one.label);
      }
    };
    void look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [tell]);
  return null;
}
