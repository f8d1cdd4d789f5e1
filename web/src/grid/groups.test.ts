import { beforeEach, describe, expect, it } from 'vitest';
import type { Group, Level } from '@/api/types';
import { GroupedSource } from './groups';
import { RemoteSource } from './remoteSource';
import type { RowSpan } from './source';

const LEVELS: Level[] = [
  { field: 'level', desc: false },
  { field: 'stage', desc: false },
];
const GROUPS: Group[] = [
  { path: ['key', 'a'], count: 2, values: { 'amount.sum': 30, 'amount.filled': 2 } },
  { path: ['key', 'b'], count: 1, values: { 'amount.sum': null, 'amount.filled': 0 } },
  { path: ['normal', 'a'], count: 3, values: { 'amount.sum': 1.5, 'amount.filled': 1 } },
];

let records: RemoteSource;
let source: GroupedSource;
let told: (RowSpan | 'all')[];
let closed: string[];
beforeEach(async () => {
  records = new RemoteSource(async (offset) => ({
    count: 6,
    rows: Array.from({ length: 6 }, (_, place) => ({
      id: offset + place + 1,
      version: 1,
      cells: { name: `row ${place}`, amount: place === 2 ? null : place },
    })),
  }));
  await records.load(0, 5);
  closed = [];
  told = [];
  source = new GroupedSource(records, [], (keys) => {
    closed = [...keys];
  });
  source.subscribe((changed) => told.push(changed));
});

/** Heads as `level value (count)`, records by id. */
const shown = () =>
  Array.from({ length: source.length }, (_, row) => {
    const data = source.get(row);
    return data?.head ? `${data.head.level} ${data.head.cell} (${data.head.count})` : data?.id;
  });

describe('rows that nothing groups', () => {
  it('are the rows of the server', () => {
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(source.numberOf(4)).toBe(5);
  });
});

describe('grouped rows', () => {
  beforeEach(() => source.show(LEVELS, GROUPS));

  it('stand below the heads of their groups, whose numbers are those of all rows below', () => {
    expect(shown()).toEqual(['0 key (3)', '1 a (2)', 1, 2, '1 b (1)', 3, '0 normal (3)', '1 a (3)', 4, 5, 6]);
    expect(source.get(0)?.head?.values).toEqual({ 'amount.sum': 30, 'amount.filled': 2 });
    expect(source.numberOf(5)).toBe(3);
    expect(source.numberOf(0)).toBe(0);
    expect(source.find(3)).toBe(5);
    expect(told).toEqual(['all']);
  });

  it('load and are found across heads', async () => {
    expect((await source.load(1, 6)).map(({ id }) => Math.max(0, id))).toEqual([0, 1, 2, 0, 3, 0]);
    expect([...source.loaded(3, 8)].map(([row, { id }]) => [row, Math.max(0, id)])).toEqual([
      [3, 2],
      [4, 0],
      [5, 3],
      [6, 0],
      [7, 0],
      [8, 4],
    ]);
  });

  it('hide in a closed group, at any level, which is remembered', () => {
    source.toggle(4);
    expect(shown()).toEqual(['0 key (3)', '1 a (2)', 1, 2, '1 b (1)', '0 normal (3)', '1 a (3)', 4, 5, 6]);
    expect(source.find(3)).toBeUndefined();
    source.toggle(0);
    expect(shown()).toEqual(['0 key (3)', '0 normal (3)', '1 a (3)', 4, 5, 6]);
    expect(closed).toEqual(['["key","b"]', '["key"]']);
    source.toggleAll(true);
    expect(source.length).toBe(11);
    source.toggleAll(false);
    expect(shown()).toEqual(['0 key (3)', '0 normal (3)']);
  });

  it('tell of a change where it shows, and sum anew', () => {
    told = [];
    source.patch(3, 2, { amount: 4.1 });
    expect(source.get(4)?.head?.values).toEqual({ 'amount.sum': 4.1, 'amount.filled': 1 });
    expect(source.get(0)?.head?.values).toEqual({ 'amount.sum': 34.1, 'amount.filled': 3 });
    expect(source.get(6)?.head?.values).toEqual({ 'amount.sum': 1.5, 'amount.filled': 1 });
    expect(told).toEqual([
      [5, 5],
      [0, 0],
      [4, 4],
    ]);
    source.patch(3, 3, { amount: null });
    expect(source.get(0)?.head?.values).toEqual({ 'amount.sum': 30, 'amount.filled': 2 });
  });

  it('stand alone again when nothing is grouped any more', () => {
    source.show([], null);
    expect(shown()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are none where no group is', () => {
    source.show(LEVELS, []);
    expect(source.length).toBe(0);
  });
});
