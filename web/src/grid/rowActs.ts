import type { FieldContext } from '@/fields/context';
import type { Cursor } from './cursor';
import type { Editing } from './editing';
import type { CellPainter } from './painter';
import { FIRST_CHOSEN, MAX_CHOSEN, type RowChoice } from './rowChoice';
import type { Sheet } from './sheet';
import { isUnmade, type RowSource } from './source';

interface RowParts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
  painter: CellPainter;
  editing: Editing;
  choice: RowChoice;
}

interface RowHooks {
  onDelete: (ids: number[]) => void;
  /** Wants every ticked row deleted, where all are. */
  onDeleteAll: () => void;
  /** Wants copies of these records. */
  onDuplicate: (ids: number[]) => void;
  /** Wants a new record directly above or below a row. */
  onInsert: (row: number, below: boolean) => void;
  onNotice: (text: string) => void;
}

/** Whole rows: ticked, added, copied, deleted. */
export class RowActs {
  private readonly parts: RowParts;
  private readonly hooks: RowHooks;

  constructor(parts: RowParts, hooks: RowHooks) {
    this.parts = parts;
    this.hooks = hooks;
  }

  /** Ticks a row's box; with `extend` the rows from the last ticked one on. */
  choose(row: number, extend: boolean): void {
    const { source, choice } = this.parts;
    const data = source.get(row);
    if (data) this.settle(choice.toggle(row, data, extend));
  }

  /** Ticks the first rows, all where they are few; unticks where some are. */
  chooseFirst(): void {
    const { source, choice } = this.parts;
    if (choice.size > 0) choice.clear();
    else this.settle(choice.choose(0, Math.min(source.length, FIRST_CHOSEN) - 1));
  }

  /**
   * A row above or below the active one. Where rows have an order of their own, and on the last line, to the line to
   * add a record by, which says where the new one will be.
   */
  insert(below = false): void {
    const { sheet, cursor, source, editing, painter } = this.parts;
    if (!sheet.view.addLine) return;
    const data = cursor.active && source.get(cursor.active.row);
    if (cursor.active && data && data.id > 0 && sheet.view.sort.length === 0 && painter.groupedBy.length === 0) {
      this.hooks.onInsert(cursor.active.row, below);
      return;
    }
    const wanted = sheet.view.fields.findIndex(({ key }) => key === painter.addAt);
    cursor.goTo({ row: source.length, column: Math.max(0, wanted) });
    editing.start();
    const ordered = sheet.view.sort.length > 0 || painter.groupedBy.length > 0;
    this.hooks.onNotice(this.t(ordered ? 'row.insertedOrdered' : 'row.inserted'));
  }

  /** Copies the ticked rows; where none is, those of the selected cells. */
  duplicate(): void {
    const ids = this.meant()?.filter((id) => id > 0) ?? null;
    if (ids === null || ids.length > FIRST_CHOSEN) this.tooMany(FIRST_CHOSEN);
    else if (ids.length > 0 && this.parts.sheet.view.addLine) this.hooks.onDuplicate(ids);
  }

  /** Deletes the ticked rows; where none is, those of the selected cells. */
  remove(): void {
    const ids = this.meant();
    if (ids === null) this.hooks.onDeleteAll();
    else if (ids.length > 0) this.hooks.onDelete(ids);
  }

  tooMany(limit = MAX_CHOSEN): void {
    this.hooks.onNotice(this.t('row.tooMany', { limit: limit.toLocaleString('en-US') }));
  }

  /** The rows that an act needs could not be had. */
  failed(): void {
    this.hooks.onNotice(this.t('edit.noRows'));
  }

  /** Ids of the ticked rows, else of those of the selection that are here; null: all rows are ticked. */
  private meant(): number[] | null {
    const { cursor, choice, source } = this.parts;
    const { range } = cursor;
    const ids = choice.list();
    if (ids === null || ids.length > 0 || !range) return ids;
    return [...source.loaded(range.top, range.bottom)].flatMap(([, { id }]) => (id > 0 || isUnmade(id) ? [id] : []));
  }

  private settle(chosen: Promise<boolean>): void {
    chosen.then(
      (done) => done || this.tooMany(),
      () => this.failed(),
    );
  }

  private get t(): FieldContext['t'] {
    return this.parts.painter.context.t;
  }
}
