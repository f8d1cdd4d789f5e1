import i18next from 'i18next';
import '@/i18n/byHand';
import type { GridController } from './controller';
import type { Cursor } from './cursor';
import type { CellPainter } from './painter';
import type { RowChoice } from './rowChoice';
import { dragRow } from './rowDrag';
import type { Sheet } from './sheet';
import type { GridRow, RowSource } from './source';

/** A key that is held down moves a row many times; the server hears of it when it rests. */
const REST_MS = 250;

interface Parts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
  painter: CellPainter;
  choice: RowChoice;
}

export interface ByHandHooks {
  /** Wants rows directly above or below another one; shows the new order when that is done. */
  onMove: (ids: number[], target: number, below: boolean) => void;
  onNotice: (text: string) => void;
}

/** Rows that are moved by hand, where nothing else gives them their order; where they stand in groups, within these. */
export class ByHand {
  private readonly parts: Parts;
  private readonly hooks: ByHandHooks;
  private resting: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts, hooks: ByHandHooks) {
    this.parts = parts;
    this.hooks = hooks;
  }

  /** Why rows cannot be moved; null: they can. */
  get refusal(): string | null {
    return this.parts.sheet.view.sort.length > 0 ? i18next.t('byHand:moveSorted') : null;
  }

  /** Whether a new row can be put between two others: one of a group has to have its values. */
  get mayInsert(): boolean {
    return this.refusal === null && this.parts.painter.groupedBy.length === 0;
  }

  get mayMove(): boolean {
    return this.parts.painter.editable && this.refusal === null;
  }

  /** The selected rows one up or down; shown at once. */
  step(step: 1 | -1): void {
    const { cursor, source } = this.parts;
    const { range } = cursor;
    if (!range || !this.allowed()) return;
    const bottom = Math.min(range.bottom, source.length - 1);
    const passed = step > 0 ? bottom + 1 : range.top - 1;
    if (bottom < range.top || passed < 0 || passed >= source.length) return;
    if (this.isElsewhere(passed, [range.top, bottom, passed])) return;
    if (!source.swap?.(range.top, bottom, step)) return;
    cursor.select({ row: range.top + step, column: range.left }, { row: bottom + step, column: range.right });
    this.parts.sheet.scrollTo(step > 0 ? bottom + 1 : range.top - 1, range.left);
    const ids = real([...source.loaded(range.top + step, bottom + step)].map(([, row]) => row));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.settle(ids), REST_MS);
  }

  /** The mouse went down on the number of a row. */
  press(controller: GridController, row: number, event: MouseEvent): void {
    dragRow(controller, this, row, event);
  }

  /** The rows that the mouse takes along with this one: the ticked ones, the selected ones, or it alone. */
  taken(row: number): number[] {
    const { cursor, choice, source } = this.parts;
    const data = source.get(row);
    if (!data) return [];
    const { range } = cursor;
    if (choice.has(data.id)) return choice.list() ?? [];
    if (range && range.top <= row && row <= range.bottom) {
      return real([...source.loaded(range.top, Math.min(range.bottom, source.length - 1))].map(([, one]) => one));
    }
    return real([data]);
  }

  /** Puts rows beside another one, where the mouse let go of them. */
  drop(ids: number[], row: number, below: boolean): void {
    const { source } = this.parts;
    const rows = ids.map((id) => source.find(id) ?? -1);
    if (this.isElsewhere(row, rows)) return;
    const isHead = source.get(row)?.head !== undefined;
    // Below a head is above the first of its rows.
    const target = source.get(isHead ? row + 1 : row);
    if (!target || target.id <= 0 || ids.every((id) => id === target.id)) return;
    this.hooks.onMove(ids, target.id, below && !isHead);
  }

  /** Whether some rows are of another group than the one they would go to, which is told to the person. */
  private isElsewhere(to: number, rows: readonly number[]): boolean {
    const { source, painter } = this.parts;
    if (painter.groupedBy.length === 0) return false;
    const group = source.groupOf?.(to);
    const isHere = (row: number) => row >= 0 && !source.get(row)?.head && source.groupOf?.(row) === group;
    if (group !== undefined && rows.every(isHere)) return false;
    this.hooks.onNotice(i18next.t('byHand:moveOut'));
    return true;
  }

  /** Says whether rows can be moved, and tells the person why not. */
  allowed(): boolean {
    const { refusal } = this;
    if (refusal !== null) this.hooks.onNotice(refusal);
    return this.mayMove;
  }

  private settle(ids: number[]): void {
    const { source } = this.parts;
    const rows = ids.flatMap((id) => source.find(id) ?? []);
    const top = Math.min(...rows);
    const above = source.get(top - 1);
    const below = source.get(Math.max(...rows) + 1);
    if (above && above.id > 0) this.hooks.onMove(ids, above.id, true);
    else if (below && below.id > 0) this.hooks.onMove(ids, below.id, false);
  }
}

const real = (rows: readonly GridRow[]) => rows.flatMap(({ id }) => (id > 0 ? [id] : []));
