import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { redoLast, undoable, undoLast, undoStack, undoThis } from './undo';

/** The server: takes a change set back after a while, as one with a number 100 higher. */
const asked: number[] = [];
let working = 0;
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', async (path: string) => {
    const changeSet = Number(/changesets\/(\d+)\/undo/.exec(path)?.[1]);
    asked.push(changeSet);
    working += 1;
    expect(working, 'one at a time').toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    working -= 1;
    return new Response(JSON.stringify({ change_set: changeSet + 100, undone: 1, conflicts: [] }));
  });
});
afterEach(async () => {
  while (await undoLast());
  vi.unstubAllGlobals();
});

it('takes the newest back first, one after the other, however fast the keys', async () => {
  for (const changeSet of [1, 2, 3]) undoStack.push(changeSet);
  const [, , third, fourth] = await Promise.all([undoLast(), undoLast(), undoLast(), undoLast()]);
  expect(asked).toEqual([3, 2, 1]);
  expect(third).toEqual({ undone: 1, conflicts: 0 });
  expect(fourth).toBeNull();
});

it('does again what was taken back, until something new is done', async () => {
  undoStack.push(1);
  await undoLast();
  await redoLast();
  expect(asked).toEqual([1, 101]);
  await undoLast();
  undoStack.push(2);
  expect(await redoLast()).toBeNull();
});

it('waits for a change that is still on its way', async () => {
  undoStack.push(1);
  const write = new Promise<{ change_set: number }>((resolve) => setTimeout(() => resolve({ change_set: 2 }), 10));
  const saved = undoable(write);
  await undoLast();
  await saved;
  expect(asked).toEqual([2]);
});

it('is taken up after a reload by the person who did it, and by nobody else', async () => {
  undoStack.of(7);
  for (const changeSet of [1, 2]) undoStack.push(changeSet);
  await undoLast();
  undoStack.of(8);
  expect(undoStack.read()).toEqual({ undo: [], redo: [] });
  undoStack.of(7);
  expect(undoStack.read()).toEqual({ undo: [1], redo: [102] });
  sessionStorage.setItem('kebu.undo.9', '{"undo":"all"}');
  undoStack.of(9);
  expect(undoStack.read()).toEqual({ undo: [], redo: [] });
  undoStack.of(7);
});

it('waits for a large one, which is taken back in the background', async () => {
  const answers: Record<string, unknown> = {
    '/api/changesets/5/undo': { job: 3 },
    '/api/jobs/3': { id: 3, state: 'done', result: { change_set: 6, undone: 3000, conflicts: [], kept: 2 } },
  };
  vi.stubGlobal('fetch', async (path: string) => new Response(JSON.stringify(answers[path])));
  expect(await undoThis(5)).toEqual({ undone: 3000, conflicts: 2 });
  expect(undoStack.read().redo.at(-1)).toBe(6);
});

it('takes one back by its number, and leaves what was done since', async () => {
  undoStack.push(1);
  undoStack.push(2);
  await undoThis(1);
  expect(asked).toEqual([1]);
  expect(undoStack.read().undo).toEqual([2]);
});
