import type { Field } from '@/api/types';

/** How columns and rows are laid out; what a saved view remembers. */
export interface ColumnLayout {
  /** Field keys of all columns, hidden ones too. */
  order: string[];
  hidden: string[];
  /** Pixels by field key, for those that were changed. */
  widths: Record<string, number>;
  /** How many of the shown columns stay when the grid scrolls sideways. */
  frozen: number;
  /** How many of the first rows stay when the grid scrolls down. */
  frozenRows: number;
}

/** Rows that may be frozen at most; the server says so too. */
export const MAX_FROZEN_ROWS = 10;

export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;

const WIDTHS: Partial<Record<Field['kind'], number>> = {
  long_text: 240,
  address: 220,
  number: 110,
  money: 140,
  percent: 90,
  date: 120,
  datetime: 150,
  choice: 150,
  choices: 180,
  tags: 180,
  checkbox: 80,
  phone: 140,
  email: 200,
  link: 180,
  person: 120,
  rating: 110,
  auto_number: 90,
};

/** The width of a column that nobody has resized. */
export function defaultWidth(field: Field): number {
  return WIDTHS[field.kind] ?? 160;
}

export function shownKeys(layout: ColumnLayout): string[] {
  return layout.order.filter((key) => !layout.hidden.includes(key));
}

export function withWidth(layout: ColumnLayout, key: string, width: number): ColumnLayout {
  const clamped = Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width)));
  return { ...layout, widths: { ...layout.widths, [key]: clamped } };
}

export function withWidths(layout: ColumnLayout, widths: Readonly<Record<string, number>>): ColumnLayout {
  return Object.entries(widths).reduce((done, [key, width]) => withWidth(done, key, width), layout);
}

/** A hidden column no longer counts among the frozen ones. */
export function withoutColumn(layout: ColumnLayout, key: string): ColumnLayout {
  const place = shownKeys(layout).indexOf(key);
  const wasFrozen = place >= 0 && place < layout.frozen;
  return { ...layout, hidden: [...layout.hidden, key], frozen: layout.frozen - (wasFrozen ? 1 : 0) };
}

/** Shows hidden columns again, beside the column of this key. */
export function withColumnsBack(layout: ColumnLayout, keys: readonly string[], beside: string): ColumnLayout {
  let done: ColumnLayout = { ...layout, hidden: layout.hidden.filter((key) => !keys.includes(key)) };
  for (const key of [...keys].reverse()) {
    const place =
      shownKeys(done)
        .filter((one) => one !== key)
        .indexOf(beside) + 1;
    done = withColumnAt(done, key, place);
  }
  return done;
}

/** Freezes the columns up to this one; the last shown column cannot be frozen, something must scroll. */
export function frozenUpTo(layout: ColumnLayout, key: string): ColumnLayout {
  const shown = shownKeys(layout);
  return { ...layout, frozen: Math.min(shown.indexOf(key) + 1, shown.length - 1) };
}

/** Moves a column so that it is the `place`-th (from 0) of the shown ones. Hidden ones stay after their neighbour. */
export function withColumnAt(layout: ColumnLayout, key: string, place: number): ColumnLayout {
  const shown = shownKeys(layout).filter((one) => one !== key);
  const next = shown[place];
  const order = layout.order.filter((one) => one !== key);
  const last = shown.at(-1);
  const at = next !== undefined ? order.indexOf(next) : last !== undefined ? order.indexOf(last) + 1 : order.length;
  order.splice(at, 0, key);
  return { ...layout, order };
}
