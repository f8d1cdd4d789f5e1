import { cancelJob, jobDone } from '@/api/jobs';
import type { Job } from '@/api/types';

/** Something that goes on for this person, here or on the server; `done` of `total` rows. */
export interface Work {
  id: string;
  label: string;
  done: number;
  /** 0: not known yet. */
  total: number;
  /** Stops it, and takes back what was done; undefined where that cannot be. */
  cancel?: () => void;
}

let works: readonly Work[] = [];
const listeners = new Set<() => void>();
function set(next: readonly Work[]): void {
  works = next;
  for (const listener of listeners) listener();
}

/** What goes on, for the status bar; the newest last. */
export const workStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): readonly Work[] => works,
};

/** Shows a piece of work until `over`. */
export function showWork(work: Work): { tell: (done: number, total: number) => void; over: () => void } {
  set([...works, work]);
  const change = (part: Partial<Work>) => set(works.map((one) => (one.id === work.id ? { ...one, ...part } : one)));
  return {
    tell: (done, total) => change({ done, total }),
    over: () => set(works.filter((one) => one.id !== work.id)),
  };
}

/** Waits for a job and shows how far it is, also while the person goes to other pages. */
export async function followJob(id: number, label: string): Promise<Job> {
  const shown = showWork({ id: `job ${id}`, label, done: 0, total: 0, cancel: () => void cancelJob(id) });
  try {
    return await jobDone(id, undefined, ({ done, total }) => shown.tell(done, total ?? 0));
  } finally {
    shown.over();
  }
}
