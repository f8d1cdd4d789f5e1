import type { GridRow, RowSource } from './source';

/** More rows than this are not ticked one by one: all of them are meant, by what the table shows. */
export const MAX_CHOSEN = 5_000;
/** What the box above all rows ticks; the rest is offered. */
export const FIRST_CHOSEN = 1_000;

/** Which rows are ticked: these `ids`, or with `all` every row of the table but these. */
export interface Chosen {
  all: boolean;
  ids: number[];
  count: number;
}

/** The rows whose box is ticked, by record id: they stay chosen when the order changes. */
export class RowChoice {
  private readonly ids = new Set<number>();
  /** Every row is ticked, and `ids` are the ones that are not. */
  private all = false;
  private anchor: number | null = null;
  private readonly source: RowSource;
  private readonly changed: () => void;

  constructor(source: RowSource, changed: () => void) {
    this.source = source;
    this.changed = changed;
  }

  get size(): number {
    return this.all ? this.source.length - this.ids.size : this.ids.size;
  }

  has(id: number): boolean {
    return id > 0 && this.all !== this.ids.has(id);
  }

  /** The ticked ones; of all rows nobody knows them one by one: null. */
  list(): number[] | null {
    return this.all ? null : [...this.ids];
  }

  told(): Chosen {
    return { all: this.all, ids: [...this.ids], count: this.size };
  }

  /** Ticks or unticks a row; with `extend` all rows from the last ticked one to this one. */
  async toggle(row: number, data: GridRow, extend: boolean): Promise<boolean> {
    if (extend && !this.all && this.anchor !== null && this.anchor !== row) {
      return this.choose(Math.min(this.anchor, row), Math.max(this.anchor, row));
    }
    this.anchor = row;
    if (data.id > 0 && !this.ids.delete(data.id)) this.ids.add(data.id);
    if (this.size <= 0) this.all = false;
    this.changed();
    return true;
  }

  /** Ticks all rows of a span. False, and nothing done, where they are too many. */
  async choose(from: number, to: number): Promise<boolean> {
    if (to - from + 1 > MAX_CHOSEN) return false;
    for (const { id } of await this.source.load(from, to)) if (id > 0) this.ids.add(id);
    this.changed();
    return true;
  }

  /** Ticks every row that the table shows, here or not. */
  chooseAll(): void {
    this.anchor = null;
    this.ids.clear();
    this.all = true;
    this.changed();
  }

  clear(): void {
    this.anchor = null;
    if (!this.all && this.ids.size === 0) return;
    this.all = false;
    this.ids.clear();
    this.changed();
  }

  /** The table shows other rows now: all of them were never meant. */
  clearAll(): void {
    if (this.all) this.clear();
  }
}
