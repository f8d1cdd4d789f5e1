import { expect, test } from 'vitest';
import { Newest } from './newest';

function acts() {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const act = (name: string) => () => {
    started.push(name);
    return new Promise<void>((resolve) => finish.set(name, resolve));
  };
  const end = async (name: string) => {
    finish.get(name)?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { started, act, end };
}

test('the first act starts at once, and of those that wait only the newest runs', async () => {
  const { started, act, end } = acts();
  const newest = new Newest();
  newest.run(act('one'));
  newest.run(act('two'));
  newest.run(act('three'));
  expect(started).toEqual(['one']);
  await end('one');
  expect(started).toEqual(['one', 'three']);
  await end('three');
  newest.run(act('four'));
  expect(started).toEqual(['one', 'three', 'four']);
});

test('what waits starts when the page goes away, and not again', async () => {
  const { started, act, end } = acts();
  const newest = new Newest();
  newest.run(act('one'));
  newest.run(act('two'));
  newest.flush();
  expect(started).toEqual(['one', 'two']);
  await end('one');
  expect(started).toEqual(['one', 'two']);
});
