import { expect, it } from 'vitest';
import { moved } from '@/ui/useSortable';
import { type Placed, positionsFor } from './positions';

const list = (...positions: number[]): Placed[] =>
  positions.map((position, index) => ({ key: 'abcdef'[index] ?? '', position }));

/** The keys in the order that the new positions give. */
function orderAfter(items: Placed[], key: string): string[] {
  const changes = positionsFor(items, key);
  return items
    .map((item) => ({ key: item.key, position: changes.get(item.key) ?? item.position }))
    .sort((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1))
    .map((item) => item.key);
}

it('moves one item with one change where there is room', () => {
  const items = moved(list(10, 20, 30, 40), 3, 1);
  expect([...positionsFor(items, 'd').keys()]).toEqual(['d']);
});

it.each([
  [list(10, 20, 30, 40), 0, 3],
  [list(10, 20, 30, 40), 3, 0],
  [list(0, 1, 2, 3), 0, 2],
  [list(0, 0, 0, 0), 2, 1],
  [list(5, 5000, 5001, 10_001), 3, 2],
])('keeps the wished order of %j moving %i to %i', (items, from, to) => {
  const wished = moved(items, from, to);
  expect(orderAfter(wished, items[from]?.key ?? '')).toEqual(wished.map((item) => item.key));
});

it('changes nothing for a single field', () => {
  expect(positionsFor(list(10), 'a').size).toBe(0);
});
