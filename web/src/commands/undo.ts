import { ApiError } from '@/api/client';
import { jobDone } from '@/api/jobs';
import { undoChangeSet } from '@/api/records';
import type { UndoAnswer } from '@/api/types';

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
};

/** Writes that the server has not answered yet: undo waits for them, or it would take back the one before. */
const underWay = new Set<Promise<unknown>>();

/** A write that can be taken back. */
export async function undoable<T extends { change_set: number | null }>(write: Promise<T>): Promise<T> {
  underWay.add(write);
  try {
    const answer = await write;
    if (answer.change_set !== null) undoStack.push(answer.change_set);
    return answer;
  } finally {
    underWay.delete(write);
  }
}

export interface TakenBack {
  undone: number;
  conflicts: number;
}

/** Takes the newest change set back, or null where there is none. One that cannot be taken back leaves the stack. */
export const undoLast = () => inTurn(() => step('undo', 'redo'));
export const redoLast = () => inTurn(() => step('redo', 'undo'));
/** Takes this one back, whatever was done since. */
export const undoThis = (changeSet: number) => inTurn(() => takeBack(changeSet, 'undo', 'redo'));

let turn: Promise<unknown> = Promise.resolve();

/** One after the other, however fast the keys: a later change has to be back before an earlier one can. */
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const mine = turn.then(() => Promise.allSettled([...underWay])).then(act);
  turn = mine.catch(() => undefined);
  return mine;
}

async function step(from: keyof Stacks, to: keyof Stacks): Promise<TakenBack | null> {
  const changeSet = stacks[from].at(-1);
  return changeSet === undefined ? null : takeBack(changeSet, from, to);
}

async function takeBack(changeSet: number, from: keyof Stacks, to: keyof Stacks): Promise<TakenBack> {
  set({ ...stacks, [from]: stacks[from].filter((one) => one !== changeSet) });
  const answer = await takenBack(changeSet);
  if (typeof answer.change_set === 'number') set({ ...stacks, [to]: [...stacks[to], answer.change_set] });
  return { undone: answer.undone ?? 0, conflicts: answer.conflicts?.length ?? 0 };
}

/** A large one goes back in the background. */
async function takenBack(changeSet: number): Promise<UndoAnswer> {
  const answer = await undoChangeSet(changeSet);
  if (answer.job === undefined) return answer;
  const job = await jobDone(answer.job);
  if (job.state === 'failed' && job.error) throw new ApiError(500, job.error);
  return job.result as UndoAnswer;
}
