import { isApiError } from '@/api/client';
import { undoChangeSet } from '@/api/records';

/** The number of a change set; or the key of a step that waits for the line. */
type Step = number | string;
interface Stacks {
  undo: Step[];
  redo: Step[];
}
const DEPTH = 100;
const NOTHING: Stacks = { undo: [], redo: [] };
let stacks = NOTHING;
/** Where this tab keeps them for the person who is signed in; null: nobody is known yet. */
let place: string | null = null;
const listeners = new Set<() => void>();

function set(next: Stacks): void {
  stacks = next;
  if (place) sessionStorage.setItem(place, JSON.stringify(stacks));
  for (const listener of listeners) listener();
}

/** What the tab had before it was loaded anew; anything else that stands there counts as nothing. */
function kept(at: string): Stacks {
  try {
    const { undo, redo } = JSON.parse(sessionStorage.getItem(at) ?? '{}');
    const isStep = (one: unknown) => Number.isInteger(one) || typeof one === 'string';
    if ([undo, redo].every((list) => Array.isArray(list) && list.every(isStep))) return { undo, redo };
  } catch {
    // Nothing that could be read.
  }
  return NOTHING;
}

/**
 * The change sets that this person made in this tab, newest last; they outlive a reload. Undoing one makes another,
 * which is what redo takes back: nothing is remembered here but numbers. What waits for the line stands among them.
 */
export const undoStack = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): Stacks => stacks,
  /** Who is signed in: takes up what this person did in this tab before. */
  of(person: number): void {
    const own = `kebu.undo.${person}`;
    if (own === place) return;
    place = own;
    set(kept(own));
  },
  push(step: Step): void {
    set({ undo: [...stacks.undo, step].slice(-DEPTH), redo: [] });
  },
};

type Turn = (key: string, way: keyof Stacks) => Promise<number>;
let turnUnsent: Turn = async () => 0;
/** Says how a step that waits for the line is taken back and put back; it answers of how much, 0: it is not there. */
export function turnsUnsent(act: Turn): void {
  turnUnsent = act;
}

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

/** Takes the newest change set back, or null where there is none. One that cannot be taken back leaves the stack, but for want of a line. */
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
  const newest = stacks[from].at(-1);
  if (newest === undefined) return null;
  if (typeof newest === 'number') return takeBack(newest, from, to);
  set({ ...stacks, [from]: stacks[from].slice(0, -1) });
  const undone = await turnUnsent(newest, from);
  // It went out meanwhile: what became of it stands here by its number.
  if (undone === 0) return step(from, to);
  set({ ...stacks, [to]: [...stacks[to], newest] });
  return { undone, conflicts: 0 };
}

async function takeBack(changeSet: number, from: keyof Stacks, to: keyof Stacks): Promise<TakenBack> {
  const before = stacks;
  set({ ...stacks, [from]: stacks[from].filter((one) => one !== changeSet) });
  const answer = await undoChangeSet(changeSet).catch((error: unknown) => {
    if (isApiError(error, 'offline')) set(before);
    throw error;
  });
  if (typeof answer.change_set === 'number') set({ ...stacks, [to]: [...stacks[to], answer.change_set] });
  return { undone: answer.undone, conflicts: answer.kept ?? answer.conflicts.length };
}
