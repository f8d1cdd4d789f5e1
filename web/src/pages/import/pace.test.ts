import { expect, test } from 'vitest';
import { paceOf } from './pace';

test('the pace is told once enough was seen', () => {
  expect(paceOf([], 100)).toBeNull();
  expect(paceOf([{ done: 10, at: 0 }], 100)).toBeNull();
  const seen = [
    { done: 1000, at: 0 },
    { done: 2000, at: 500 },
    { done: 5000, at: 2000 },
  ];
  expect(paceOf(seen.slice(0, 2), 9000)).toBeNull();
  expect(paceOf(seen, 9000)).toEqual({ rate: 2000, left: 2 });
});
