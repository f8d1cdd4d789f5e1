import { undoChangeSet } from '@/api/records';

interface Stacks {
  undo: number[];
  redo: number[];
}
const DEPTH = 100;
let stacks: Stacks = { undo: [], redo: [] };
const listeners = new Set<() => void>();

function set(next: Stacks): void {
  stacks = next;
  for (const listener of listeners) listener();
}

/**
 * The change sets that this person made in this tab, newest last. Undoing one makes another, which is what redo takes
 * back: nothing is remembered here but numbers.
 */
export const undoStack = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): Stacks => stacks,
  push(changeSet: number): void {
    set({ undo: [...stacks.undo, changeSet].slice(-DEPTH), redo: [] });
  },
  clear(): void {
    set({ undo: [], redo: [] });
  },
};

export interface TakenBack {
  undone: number;
  conflicts: number;
}

/** Takes the newest change set back, or null where there is none. One that cannot be taken back leaves the stack. */
export const undoLast = () => step('undo', 'redo');
export const redoLast = () => step('redo', 'undo');

let last: Promise<unknown> = Promise.resolve();

/** One after the other, however fast the keys come: each step stands on the one before. */
function step(from: keyof Stacks, to: keyof Stacks): Promise<TakenBack | null> {
  const next = last.then(() => take(from, to));
  last = next.catch(() => {});
  return next;
}

async function take(from: keyof Stacks, to: keyof Stacks): Promise<TakenBack | null> {
  const changeSet = stacks[from].at(-1);
  if (changeSet === undefined) return null;
  set({ ...stacks, [from]: stacks[from].slice(0, -1) });
  const answer = await undoChangeSet(changeSet);
  if (answer.change_set !== null && answer.change_set !== undefined) {
    set({ ...stacks, [to]: [...stacks[to], answer.change_set] });
  }
  return { undone: answer.undone ?? 0, conflicts: answer.conflicts?.length ?? 0 };
}
