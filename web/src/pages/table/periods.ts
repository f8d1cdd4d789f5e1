import type { FilterValue, Within } from '@/api/types';

/** Spans of days with names. */
export const PERIODS = {
  today: { unit: 'day', from: 0, to: 0 },
  overdue: { unit: 'day', from: -3650, to: -1 },
  due: { unit: 'day', from: -3650, to: 0 },
  tomorrow: { unit: 'day', from: 1, to: 1 },
  yesterday: { unit: 'day', from: -1, to: -1 },
  next7: { unit: 'day', from: 0, to: 6 },
  next30: { unit: 'day', from: 0, to: 29 },
  last7: { unit: 'day', from: -6, to: 0 },
  last30: { unit: 'day', from: -29, to: 0 },
  thisWeek: { unit: 'week', from: 0, to: 0 },
  nextWeek: { unit: 'week', from: 1, to: 1 },
  lastWeek: { unit: 'week', from: -1, to: -1 },
  thisMonth: { unit: 'month', from: 0, to: 0 },
  nextMonth: { unit: 'month', from: 1, to: 1 },
  lastMonth: { unit: 'month', from: -1, to: -1 },
  thisQuarter: { unit: 'quarter', from: 0, to: 0 },
  nextQuarter: { unit: 'quarter', from: 1, to: 1 },
  lastQuarter: { unit: 'quarter', from: -1, to: -1 },
  thisYear: { unit: 'year', from: 0, to: 0 },
  lastYear: { unit: 'year', from: -1, to: -1 },
} satisfies Record<string, Within>;
export type Period = keyof typeof PERIODS;

/** The name of a span of days, where it has one. */
export function periodOf(value: FilterValue | undefined): Period | null {
  if (!isWithin(value)) return null;
  const found = Object.entries(PERIODS).find(
    ([, span]) => span.unit === value.unit && span.from === value.from && span.to === value.to,
  );
  return found ? (found[0] as Period) : null;
}

/** "The last 3 months": so many units up to the current one, or from it on; the current one counts. */
export interface Stretch {
  way: 'last' | 'next';
  count: number;
  unit: Within['unit'];
}
/** The server takes no more. */
export const MAX_STRETCH = 10_000;

export function stretchOf(value: FilterValue | undefined): Stretch | null {
  if (!isWithin(value)) return null;
  const { unit, from, to } = value;
  if (to === 0 && from <= 0) return { way: 'last', count: 1 - from, unit };
  return from === 0 && to > 0 ? { way: 'next', count: to + 1, unit } : null;
}

export function ofStretch({ way, count, unit }: Stretch): Within {
  const reach = Math.max(1, Math.min(MAX_STRETCH, Math.round(count))) - 1;
  // There is no minus nought in an address.
  return way === 'last' ? { unit, from: reach === 0 ? 0 : -reach, to: 0 } : { unit, from: 0, to: reach };
}

function isWithin(value: FilterValue | undefined): value is Within {
  return typeof value === 'object' && value !== null && 'unit' in value;
}
