import type { Cell, Field } from '@/api/types';

const DAY = 86_400_000;
const NUMERIC = new Set<Field['kind']>(['number', 'money', 'percent', 'rating']);

/**
 * What a person expects below `seeds` when he draws them on by `count` cells: numbers with one step go on by it, dates
 * by days or whole months, texts by the number that they end with; everything else begins anew. `copy`: nothing goes on.
 */
export function goOn(seeds: readonly Cell[], kind: Field['kind'], count: number, copy: boolean): Cell[] {
  const next = copy ? null : stepOf(seeds, kind);
  return Array.from({ length: count }, (_, at) => (next ? next(at + 1) : (seeds[at % seeds.length] ?? null)));
}

/** The n-th value after the last seed; null where they are no series. */
type Next = (n: number) => Cell;

function stepOf(seeds: readonly Cell[], kind: Field['kind']): Next | null {
  if (NUMERIC.has(kind)) return seeds.length > 1 ? numbers(seeds) : null;
  if (kind === 'date') return dates(seeds);
  return kind === 'text' ? endings(seeds) : null;
}

/** The one difference between neighbours; null where there are several, or one that is no number. */
function onlyStep(values: readonly number[]): number | null {
  const [first = Number.NaN, second = Number.NaN] = values;
  const step = values.length === 1 ? 1 : round(second - first);
  const even = values.every((value, at) => at === 0 || round(value - (values[at - 1] ?? Number.NaN)) === step);
  return even && Number.isFinite(step) ? step : null;
}

/** 0.1 + 0.2 */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

function numbers(seeds: readonly Cell[]): Next | null {
  const values = seeds.map((seed) => (typeof seed === 'number' ? seed : Number.NaN));
  const step = onlyStep(values);
  const last = values.at(-1) ?? 0;
  return step === null ? null : (n) => round(last + step * n);
}

function dates(seeds: readonly Cell[]): Next | null {
  const days = seeds.map((seed) =>
    typeof seed === 'string' && /^\d{4}-\d\d-\d\d$/.test(seed) ? new Date(`${seed}T00:00:00Z`) : null,
  );
  const known = days.filter((day) => day !== null);
  const last = known.at(-1);
  if (!last || known.length < days.length) return null;
  const written = (day: Date) => day.toISOString().slice(0, 10);
  const months = onlyStep(known.map((day) => day.getUTCFullYear() * 12 + day.getUTCMonth()));
  const sameDay = known.every((day) => day.getUTCDate() === last.getUTCDate());
  if (known.length > 1 && sameDay && months) return (n) => written(monthsLater(last, months * n));
  const step = onlyStep(known.map((day) => day.getTime() / DAY));
  return step === null ? null : (n) => written(new Date(last.getTime() + step * n * DAY));
}

/** The same day of another month, its last one where it has no such day. */
function monthsLater(day: Date, months: number): Date {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day.getUTCDate(), length));
  return first;
}

/** 第1期, 第2期 → 第3期: the last number in the text, which may have something behind it. */
function endings(seeds: readonly Cell[]): Next | null {
  const parts = seeds.map((seed) => (typeof seed === 'string' ? /^(.*?)(\d{1,9})(\D*)$/.exec(seed) : null));
  const [first] = parts;
  if (!first || parts.some((part) => part?.[1] !== first[1] || part?.[3] !== first[3])) return null;
  const values = parts.map((part) => Number(part?.[2]));
  const step = onlyStep(values);
  const last = values.at(-1) ?? 0;
  const width = parts.at(-1)?.[2]?.length ?? 1;
  if (step === null || step === 0) return null;
  return (n) => {
    const value = last + step * n;
    return value < 0 ? null : `${first[1]}${String(value).padStart(width, '0')}${first[3]}`;
  };
}
