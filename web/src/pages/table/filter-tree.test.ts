import { describe, expect, it } from 'vitest';
import type { Filter } from '@/api/types';
import {
  alsoHolding,
  filterOf,
  groupOf,
  isGroup,
  linesOf,
  narrowed,
  newGroup,
  newLine,
  numbersOf,
  replaced,
} from './filter-tree';

const a: Filter = { field: 'a', op: 'empty' };
const b: Filter = { field: 'b', op: 'gt', value: 3 };
const c: Filter = { field: 'c', op: 'in', value: ['won'] };
const deep: Filter = { and: [a, { or: [b, { and: [c, { or: [a, { and: [b, c] }] }] }] }] };

describe('a filter', () => {
  it('comes back from the builder as it went in, however deep', () => {
    for (const filter of [a, { or: [a, b] }, deep, { and: [a, { or: [b] }] }] satisfies Filter[]) {
      expect(filterOf(groupOf(filter))).toEqual(filter);
    }
  });

  it('leaves out conditions that miss their value, and groups that have none', () => {
    expect(filterOf(newGroup('and', [newLine({ field: 'a', op: 'contains', value: '' })]))).toBeNull();
    const group = newGroup('and', [
      newGroup('or', [newLine({ field: 'a', op: 'in', value: [] }), newGroup('and')]),
      newLine({ field: 'b', op: 'between', value: [1, null] }),
      newLine({ field: 'c', op: 'empty' }),
    ]);
    expect(filterOf(group)).toEqual({ field: 'c', op: 'empty' });
  });

  it('keeps a zero and a "no"', () => {
    for (const value of [0, false]) expect(filterOf(groupOf({ field: 'a', op: 'is', value }))).not.toBeNull();
  });

  it('is changed at one place, the rest stays', () => {
    const group = groupOf(deep);
    const lines = linesOf(group);
    const last = lines.at(-1);
    if (!last) throw new Error('no lines');
    expect(filterOf(replaced(group, last.id, null))).toEqual({
      and: [a, { or: [b, { and: [c, { or: [a, { and: [b] }] }] }] }],
    });
  });

  it('is narrowed, not widened, by a condition more', () => {
    expect(filterOf(narrowed(groupOf({ or: [a, b] }), c))).toEqual({ and: [{ or: [a, b] }, c] });
    expect(filterOf(narrowed(groupOf({ and: [a, b] }), c))).toEqual({ and: [a, b, c] });
    expect(filterOf(narrowed(groupOf(a), c))).toEqual({ and: [a, c] });
    expect(filterOf(narrowed(groupOf(null), c))).toEqual(c);
  });

  it('is narrowed by another filter', () => {
    expect(alsoHolding(null, c)).toEqual(c);
    expect(alsoHolding({ or: [a, b] }, c)).toEqual({ and: [{ or: [a, b] }, c] });
    expect(alsoHolding({ and: [a, b] }, { and: [c, a] })).toEqual({ and: [a, b, c, a] });
  });

  it('numbers its conditions and its groups as they are read', () => {
    const group = groupOf(deep);
    const numbers = numbersOf(group);
    expect(linesOf(group).map((line) => numbers.get(line.id))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(group.parts.filter(isGroup).map((part) => numbers.get(part.id))).toEqual([1]);
  });
});
