import { beforeEach, describe, expect, it } from 'vitest';
import { RemoteSource } from './remoteSource';
import { RowChoice } from './rowChoice';

let source: RemoteSource;
let choice: RowChoice;
beforeEach(async () => {
  source = new RemoteSource(async (offset, limit) => ({
    count: 10_000,
    rows: Array.from({ length: limit }, (_, place) => ({ id: offset + place + 1, version: 1, cells: {} })),
  }));
  await source.load(0, 0);
  choice = new RowChoice(source, () => {});
});
const toggle = (row: number, extend = false) =>
  choice.toggle(row, source.get(row) ?? { id: row + 1, version: 1, cells: {} }, extend);

describe('chosen rows', () => {
  it('are ticked and unticked one by one', async () => {
    await toggle(2);
    await toggle(4);
    await toggle(2);
    expect(choice.list()).toEqual([5]);
  });

  it('reach from the last ticked one to the one that Shift is held on, fetched where need be', async () => {
    await toggle(198);
    await toggle(203, true);
    expect(choice.list()).toEqual([199, 200, 201, 202, 203, 204]);
  });

  it('are refused where they are too many', async () => {
    expect(await choice.choose(0, 9_999)).toBe(false);
    expect(choice.size).toBe(0);
    expect(await choice.choose(0, 99)).toBe(true);
    expect(choice.size).toBe(100);
  });

  it('are all of them, but for some', async () => {
    choice.chooseAll();
    expect(choice.told()).toEqual({ all: true, ids: [], count: 10_000 });
    expect(choice.has(9_000)).toBe(true);
    await toggle(3);
    expect([choice.has(4), choice.has(5), choice.size]).toEqual([false, true, 9_999]);
    await toggle(3);
    expect(choice.size).toBe(10_000);
    choice.clearAll();
    expect(choice.size).toBe(0);
    await toggle(3);
    choice.clearAll();
    expect(choice.list()).toEqual([4]);
  });
});
