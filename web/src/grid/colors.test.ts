import { describe, expect, it, vi } from 'vitest';
import type { ColorRule, Filter } from '@/api/types';
import { type AskMatches, RowColors } from './colors';
import { RemoteSource } from './remoteSource';

const big: Filter = { field: 'amount', op: 'gt', value: 10 };
const late: Filter = { field: 'due', op: 'empty' };
const RULES: ColorRule[] = [
  { filter: late, target: 'row', color: 3, icon: 'clock' },
  { field: 'amount', bar: true, color: 5 },
  { filter: big, target: 'cell', field: 'amount', color: 0, icon: 'flag' },
];

/** Ten rows, of which the odd ones are big and the first is late. */
async function ten(rules = RULES) {
  const source = new RemoteSource(async () => ({
    count: 10,
    rows: Array.from({ length: 10 }, (_, n) => ({ id: n + 1, version: 1, cells: {} })),
  }));
  await source.load(0, 9);
  const ask = vi.fn<AskMatches>(async (ids, filters) =>
    ids.map((id) => filters.flatMap((filter, place) => ((filter === big ? id % 2 === 1 : id === 1) ? [place] : []))),
  );
  const painted: (number[] | 'all')[] = [];
  const colors = new RowColors(ask, (ids) => painted.push(ids));
  colors.follow(source);
  colors.setRules(rules);
  return { source, ask, painted, colors };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('the colours of rows', () => {
  it('are asked for the rows that are painted, once, and painted when they are known', async () => {
    const { ask, painted, colors } = await ten();
    expect(colors.shade(1, 'name', true)).toBeNull();
    expect(colors.shade(2, 'name', true)).toBeNull();
    colors.shade(1, 'amount', false);
    await settled();
    expect(ask.mock.calls).toEqual([
      [
        [1, 2],
        [late, big],
      ],
    ]);
    expect(painted.at(-1)).toEqual([1]);
    expect(colors.shade(1, 'name', true)).toEqual({ color: 3, icon: 'clock' });
    // The sign of a row stands in its first column; a column's own rule goes before it.
    expect(colors.shade(1, 'due', false)).toEqual({ color: 3, icon: null });
    expect(colors.shade(1, 'amount', false)).toEqual({ color: 0, icon: 'flag' });
    expect(colors.shade(2, 'name', true)).toBeNull();
    await settled();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('are asked again for a record that changed, and stay until the answer is there', async () => {
    const { source, ask, colors } = await ten();
    colors.shade(1, 'name', true);
    await settled();
    ask.mockResolvedValueOnce([[]]);
    source.patch(1, 2, { amount: 1 });
    expect(colors.shade(1, 'name', true)).toEqual({ color: 3, icon: 'clock' });
    await settled();
    expect(colors.shade(1, 'name', true)).toBeNull();
  });

  it('are asked again when anything may have changed, also while an earlier question is on its way', async () => {
    const { ask, colors } = await ten();
    colors.shade(1, 'name', true);
    await settled();
    let answer: (matches: number[][]) => void = () => {};
    ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    colors.forget();
    colors.shade(1, 'name', true);
    await settled();
    colors.forget();
    ask.mockResolvedValueOnce([[]]);
    colors.shade(1, 'name', true);
    await settled();
    answer([[0, 1]]);
    await settled();
    expect(ask).toHaveBeenCalledTimes(3);
    expect(colors.shade(1, 'name', true)).toBeNull();
  });

  it('of the whole record and of one value are told apart, where they are shown apart', async () => {
    const { colors } = await ten();
    colors.of(1, null);
    await settled();
    expect(colors.of(1, null)).toEqual({ color: 3, icon: 'clock' });
    expect(colors.of(1, 'amount')).toEqual({ color: 0, icon: 'flag' });
    expect(colors.of(1, 'due')).toBeNull();
    expect(colors.colours('due')).toBe(true);
    colors.setRules(RULES.slice(1));
    expect(colors.colours('due')).toBe(false);
    expect(colors.colours('amount')).toBe(true);
  });

  it('are not asked again when only a colour changes', async () => {
    const { ask, colors } = await ten();
    colors.shade(1, 'name', true);
    await settled();
    colors.setRules(RULES.map((rule) => ({ ...rule, color: 7 })));
    expect(colors.shade(1, 'name', true)?.color).toBe(7);
    await settled();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('of an earlier set of conditions say nothing', async () => {
    const { ask, colors } = await ten();
    colors.shade(1, 'name', true);
    const other: ColorRule[] = [{ filter: { field: 'x', op: 'empty' }, target: 'row', color: 1 }];
    await Promise.resolve();
    colors.setRules(other);
    await settled();
    expect(colors.shade(1, 'name', true)).toEqual(null);
    await settled();
    expect(ask.mock.lastCall?.[1]).toEqual([{ field: 'x', op: 'empty' }]);
  });
});

it('a bar reaches from nought to the number, as far as the numbers of the view go', async () => {
  const { colors } = await ten();
  expect(colors.bar('amount', 5)).toBeNull();
  colors.setReach(new Map([['amount', [-10, 30]]]));
  expect(colors.bar('amount', 30)).toEqual({ color: 5, start: 0.25, size: 0.75 });
  expect(colors.bar('amount', -10)).toEqual({ color: 5, start: 0, size: 0.25 });
  expect(colors.bar('amount', 90)).toEqual({ color: 5, start: 0.25, size: 0.75 });
  expect(colors.bar('amount', null)).toBeNull();
  expect(colors.bar('other', 5)).toBeNull();
});
