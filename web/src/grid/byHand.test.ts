import i18next from 'i18next';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Field, Level } from '@/api/types';
import type { Beside, ByHand } from './byHand';
import type { Cursor } from './cursor';
import { GroupedSource } from './groups';
import type { CellPainter } from './painter';
import type { Regrouping } from './regroup';
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
let grouped: Field[];
let editable: boolean;
let chosen: number[];
const regrouped: [Regrouping, Beside | null][] = [];
const asked: number[][] = [];
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
  moved.length = notices.length = regrouped.length = asked.length = 0;
  const cursor = {
    get range() {
      return range;
    },
    get active() {
      return range && { row: range.top, column: 0 };
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
    context: { t: (key: string) => key },
  };
  const choice = {
    has: (id: number) => chosen.includes(id),
    list: () => chosen,
    get size() {
      return chosen.length;
    },
  };
  made = (rows) =>
    new RowsByHand(
      {
        source: rows,
        cursor: cursor as unknown as Cursor,
        sheet: sheet as unknown as Sheet,
        painter: painter as unknown as CellPainter,
        choice: choice as unknown as RowChoice,
      },
      {
        onMove: (...move) => moved.push(move),
        onRegroup: (...regroup) => regrouped.push(regroup),
        onAskGroup: (ids) => asked.push(ids),
        onNotice: (text) => notices.push(text),
      },
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

const field = (key: string, more: Partial<Field> = {}) => ({ key, label: key, kind: 'text', ...more }) as Field;

/** Rows: a head, 1, 2, a head, 3, 4, 5. */
function inGroups(level: Field, unit?: Level['unit'], cells: (string | null)[] = ['key', 'normal']): void {
  const shown = new GroupedSource(source, [], () => {});
  shown.show(
    [{ field: level.key, desc: false, unit }],
    [
      { path: [cells[0] ?? null], count: 2, values: {} },
      { path: [cells[1] ?? null], count: 3, values: {} },
    ],
  );
  grouped = [level];
  hand = made(shown);
}

it('moves rows within their group by keys, and says so where they would leave it', () => {
  inGroups(field('level'));
  expect(hand.mayInsert).toBe(false);
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
  expect(regrouped).toEqual([]);
});

it('gives rows that are dropped in another group its value and their place', () => {
  inGroups(field('level'));
  hand.drop([5], 2, true);
  hand.drop([1, 5], 4, false);
  hand.drop([99], 4, true);
  hand.drop([5], 0, true);
  expect(moved).toEqual([]);
  expect(regrouped.map(([{ ids, values }, place]) => [ids, values, place])).toEqual([
    [[5], { level: 'key' }, { target: 2, below: true }],
    [[1, 5], { level: 'normal' }, { target: 3, below: false }],
    [[99], { level: 'normal' }, { target: 3, below: true }],
    [[5], { level: 'key' }, { target: 1, below: false }],
  ]);
});

it('lets the order of a sort decide where they stand there, and not within their own group', () => {
  inGroups(field('level'));
  sorted = ['name'];
  expect(hand.allowed()).toBe(true);
  hand.drop([5], 2, true);
  expect(regrouped.map(([, place]) => place)).toEqual([null]);
  hand.drop([5], 4, true);
  expect(moved).toEqual([]);
  expect(notices).toHaveLength(1);
  expect(hand.aim([5], 4)).toMatchObject({ refused: true });
  expect(hand.aim([5], 1)).toMatchObject({ refused: false, whole: true });
});

it('says why rows cannot go to a group', () => {
  inGroups(field('level', { readonly: true }));
  hand.drop([5], 2, true);
  inGroups(field('level', { required: true }), undefined, [null, 'normal']);
  expect(hand.aim([5], 2)).toMatchObject({ refused: true, whole: false });
  hand.drop([5], 2, true);
  editable = false;
  expect(hand.allowed()).toBe(false);
  expect(notices).toHaveLength(3);
  expect(regrouped).toEqual([]);
});

it('asks for the day where a group is a span of days, and not where it is one', () => {
  const day = field('day', { kind: 'date' });
  const spans = () => regrouped.at(-1)?.[0].spans.map(({ key }) => key);
  inGroups(day, 'month', ['2026-03-01', null]);
  hand.drop([5], 1, true);
  expect(spans()).toEqual(['day']);
  expect(regrouped.at(-1)?.[0].values).toEqual({ day: '2026-03-01' });
  hand.drop([1], 5, true);
  expect(spans()).toEqual([]);
  inGroups(day, 'day', ['2026-03-01', '2026-03-05']);
  hand.drop([5], 1, true);
  expect(spans()).toEqual([]);
  inGroups(field('at', { kind: 'datetime' }), 'day', ['2026-03-01', '2026-03-05']);
  hand.drop([5], 1, true);
  expect(spans()).toEqual(['at']);
});

it('asks into which group the ticked rows go, or the selected ones', () => {
  inGroups(field('level'));
  select(1, 2);
  hand.askGroup();
  chosen = [4];
  hand.askGroup();
  chosen = [];
  select(0);
  hand.askGroup();
  expect(asked).toEqual([[1, 2], [4]]);
  expect(notices).toHaveLength(1);
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
