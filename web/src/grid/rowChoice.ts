import type { GridRow, RowSource } from './source';

/** More rows than this are for a bulk act on the server, by filter. */
export const MAX_CHOSEN = 5_000;

/** The rows whose box is ticked, by record id: they stay chosen when the order changes. */
export class RowChoice {
  private readonly ids = new Set<number>();
  private anchor: number | null = null;
  private readonly source: RowSource;
  private readonly changed: () => void;

  constructor(source: RowSource, changed: () => void) {
    this.source = source;
    this.changed = changed;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  list(): number[] {
    return [...this.ids];
  }

  /** Ticks or unticks a row; with `extend` all rows from the last ticked one to this one. */
  async toggle(row: number, data: GridRow, extend: boolean): Promise<boolean> {
    if (extend && this.anchor !== null && this.anchor !== row) {
      return this.choose(Math.min(this.anchor, row), Math.max(this.anchor, row));
    }
    this.anchor = row;
    if (data.id > 0 && !this.ids.delete(data.id)) this.ids.add(data.id);
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

  clear(): void {
    this.anchor = null;
    if (this.ids.size === 0) return;
    this.ids.clear();
    this.changed();
  }
}
