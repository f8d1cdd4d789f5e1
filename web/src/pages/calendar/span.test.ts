import { expect, it } from 'vitest';
import { knownContext } from '@/fields/testing';
import { dayOf, daysBetween, pageBy, shifted, spanFilter, weeksAround } from './span';

it('a month shows the weeks that it touches, a week itself', () => {
  const november = weeksAround('2026-11-22', 'month');
  expect(november).toHaveLength(6);
  expect([november[0]?.[0], november.at(-1)?.[6]]).toEqual(['2026-10-26', '2026-12-06']);
  expect(weeksAround('2027-02-10', 'month')).toHaveLength(4);
  expect(weeksAround('2026-11-22', 'week')).toEqual([
    ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'],
  ]);
});

it('paging keeps to the end of shorter months', () => {
  expect(pageBy('2026-01-31', 'month', 1)).toBe('2026-02-28');
  expect(pageBy('2026-11-22', 'week', -1)).toBe('2026-11-15');
});

it('what began earlier and is not over yet is asked for, too', () => {
  expect(spanFilter(null, 'start', undefined, ['2026-11-01', '2026-11-30'])).toEqual({
    field: 'start',
    op: 'between',
    value: ['2026-11-01', '2026-11-30'],
  });
  expect(JSON.stringify(spanFilter(null, 'start', 'end', ['2026-11-01', '2026-11-30']))).toContain('"gte"');
});

it('a moment stands on its local day', async () => {
  const context = await knownContext();
  expect(dayOf('2026-11-22T17:30:00Z', context)).toBe('2026-11-23');
  expect(dayOf('2026-11-22', context)).toBe('2026-11-22');
  expect(dayOf('2026-11-22 09:30', context)).toBe('2026-11-22');
  expect(dayOf('soon', context)).toBeNull();
});

it('a time keeps its hour on another day', () => {
  expect(shifted('2026-11-30 09:30', 1)).toBe('2026-12-01 09:30');
  expect(shifted('2026-11-30', -30)).toBe('2026-10-31');
  expect(daysBetween('2026-11-30', '2026-12-02')).toBe(2);
});
