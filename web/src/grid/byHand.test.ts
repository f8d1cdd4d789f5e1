import i18next from 'i18next';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ByHand } from './byHand';
import type { Cursor } from './cursor';
import { GroupedSource } from './groups';
import type { CellPainter } from './painter';
import { RemoteSource } from './remoteSource';
import type { RowChoice } from './rowChoice';
import type { CellRange } from './selection';
import type { Sheet } from './sheet';
import type { RowSource } from './source';

// Its texts are added to what is there already.
await i18next.init({ lng: 'zh-Hans' });
const { ByHand: RowsByHand } = await import('./byHand');

const COUNT = 5;
const page = async () => ({
  count: COUNT,
  rows: Array.from({ length: COUNT }, (_, place) => ({ id: place + 1, version: 1, cells: {} })),
});

let source: RemoteSource;
let range: CellRange | null;
let sorted: string[];
let grouped: string[];
let editable: boolean;
let chosen: number[];
const moved: [number[], number, boolean][] = [];
const notices: string[] = [];
let hand: ByHand;
let made: (rows: RowSource) => ByHand;

const order = () => [...source.loaded(0, COUNT)].map(([, { id }]) => id);

beforeEach(async () => {
  vi.useFakeTimers();
  source = new RemoteSource(page);
  source.ensure(0, COUNT - 1);
  await vi.advanceTimersByTimeAsync(0);
  range = null;
  sorted = [];
  grouped = [];
  editable = true;
  chosen = [];
  moved.length = notices.length = 0;
  const cursor = {
    get range() {
      return range;
    },
    select: (from: { row: number; column: number }, to: { row: number; column: number }) => {
      range = { top: from.row, bottom: to.row, left: from.column, right: to.column };
    },
  };
  const sheet = {
    get view() {
      return { sort: sorted };
    },
    scrollTo: () => {},
  };
  const painter = {
    get editable() {
      return editable;
    },
    get groupedBy() {
      return grouped;
    },
  };
  const choice = { has: (id: number) => chosen.includes(id), list: () => chosen };
  made = (rows) =>
    new RowsByHand(
      {
        source: rows,
        cursor: cursor as unknown as Cursor,
        sheet: sheet as unknown as Sheet,
        painter: painter as unknown as CellPainter,
        choice: choice as unknown as RowChoice,
      },
      { onMove: (...move) => moved.push(move), onNotice: (text) => notices.push(text) },
    );
  hand = made(source);
});
afterEach(() => {
  source.close();
  vi.useRealTimers();
});

const select = (top: number, bottom = top) => {
  range = { top, bottom, left: 0, right: 0 };
};

it('shows at once where the selected rows go, and asks when the key rests', () => {
  select(1, 2);
  hand.step(1);
  expect(order()).toEqual([1, 4, 2, 3, 5]);
  hand.step(1);
  expect(order()).toEqual([1, 4, 5, 2, 3]);
  expect(range).toMatchObject({ top: 3, bottom: 4 });
  expect(moved).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(moved).toEqual([[[2, 3], 5, true]]);
});

it('asks for a place above the next row where nothing stands before', () => {
  select(1);
  hand.step(-1);
  vi.advanceTimersByTime(1000);
  expect(order()).toEqual([2, 1, 3, 4, 5]);
  expect(moved).toEqual([[[2], 1, false]]);
});

it('leaves rows at the ends where they are', () => {
  select(0);
  hand.step(-1);
  select(4);
  hand.step(1);
  vi.advanceTimersByTime(1000);
  expect(order()).toEqual([1, 2, 3, 4, 5]);
  expect(moved).toEqual([]);
});

it('says why rows cannot be moved where something else orders them', () => {
  select(1);
  sorted = ['name'];
  hand.step(1);
  sorted = [];
  expect(notices).toHaveLength(1);
  editable = false;
  hand.step(1);
  expect(order()).toEqual([1, 2, 3, 4, 5]);
  expect(hand.mayMove).toBe(false);
});

it('moves rows within their group, and says so where they would leave it', () => {
  const shown = new GroupedSource(source, [], () => {});
  shown.show(
    [{ field: 'level', desc: false }],
    [
      { path: ['key'], count: 2, values: {} },
      { path: ['normal'], count: 3, values: {} },
    ],
  );
  grouped = ['level'];
  hand = made(shown);
  expect(hand.mayInsert).toBe(false);
  // The rows: a head, 1, 2, a head, 3, 4, 5.
  select(1);
  hand.step(1);
  vi.advanceTimersByTime(1000);
  expect(order()).toEqual([2, 1, 3, 4, 5]);
  expect(moved).toEqual([[[1], 2, true]]);
  hand.step(1);
  select(4);
  hand.step(-1);
  select(1, 4);
  hand.step(1);
  expect(order()).toEqual([2, 1, 3, 4, 5]);
  expect(notices).toHaveLength(3);
  moved.length = 0;
  hand.drop([5], 3, true);
  hand.drop([3], 5, true);
  expect(moved).toEqual([
    [[5], 3, false],
    [[3], 4, true],
  ]);
  hand.drop([5], 2, true);
  hand.drop([1, 5], 4, true);
  hand.drop([99], 4, true);
  expect(moved).toHaveLength(2);
});

it('takes along what is ticked, or selected, or the row alone', () => {
  expect(hand.taken(2)).toEqual([3]);
  select(1, 3);
  expect(hand.taken(2)).toEqual([2, 3, 4]);
  expect(hand.taken(4)).toEqual([5]);
  chosen = [1, 5];
  expect(hand.taken(4)).toEqual([1, 5]);
  expect(hand.taken(99)).toEqual([]);
});

it('puts nothing beside itself', () => {
  hand.drop([2], 1, true);
  expect(moved).toEqual([]);
  hand.drop([2, 3], 1, true);
  hand.drop([2], 4, false);
  expect(moved).toEqual([
    [[2, 3], 2, true],
    [[2], 5, false],
  ]);
});
