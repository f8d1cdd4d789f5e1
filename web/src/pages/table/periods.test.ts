import { expect, it } from 'vitest';
import { ofStretch, PERIODS, periodOf, stretchOf } from './periods';

it('a span of days is known by its name', () => {
  expect(periodOf({ unit: 'month', from: 0, to: 0 })).toBe('thisMonth');
  expect(periodOf({ unit: 'day', from: 2, to: 5 })).toBeNull();
});

it('a free span counts the current day, week or month', () => {
  expect(ofStretch({ way: 'last', count: 7, unit: 'day' })).toEqual(PERIODS.last7);
  expect(ofStretch({ way: 'next', count: 30, unit: 'day' })).toEqual(PERIODS.next30);
  expect(ofStretch({ way: 'last', count: 3, unit: 'month' })).toEqual({ unit: 'month', from: -2, to: 0 });
  expect(ofStretch({ way: 'last', count: 1, unit: 'day' })).toStrictEqual(PERIODS.today);
});

it('a free span comes back as it was set', () => {
  for (const way of ['last', 'next'] as const) {
    const stretch = { way, count: 5, unit: 'week' as const };
    expect(stretchOf(ofStretch(stretch))).toEqual(stretch);
  }
  expect(stretchOf({ unit: 'day', from: -9, to: -2 })).toBeNull();
  expect(stretchOf('2026-01-01')).toBeNull();
});
