import type { Cursor } from './cursor';
import type { Sheet } from './sheet';
import type { RowSource } from './source';

interface ColumnParts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
}

/** Whole columns: chosen together, made wider together. */
export class Columns {
  private readonly parts: ColumnParts;
  private readonly onResize: (widths: Record<string, number>) => void;

  constructor(parts: ColumnParts, onResize: (widths: Record<string, number>) => void) {
    this.parts = parts;
    this.onResize = onResize;
  }

  /** Selects a column from the first row to the last, with `extend` all from the active cell's on. */
  select(key: string, extend: boolean): void {
    const column = this.parts.sheet.view.fields.findIndex((field) => field.key === key);
    this.selectAt(column, extend ? this.parts.cursor.active?.column : undefined);
  }

  selectAt(column: number, from = column): void {
    const { sheet, cursor, source } = this.parts;
    const top = sheet.grid.getViewport().top;
    cursor.select({ row: 0, column: from }, { row: source.length - 1, column });
    sheet.scrollTo(top, column);
  }

  /** The columns that are chosen together with this one, from the first row to the last; else itself. */
  with(key: string): string[] {
    const { sheet, cursor, source } = this.parts;
    const { range } = cursor;
    const keys = range ? sheet.view.fields.slice(range.left, range.right + 1).map((field) => field.key) : [];
    const whole = range !== null && range.top === 0 && range.bottom >= source.length - 1 && range.bottom > 0;
    return whole && keys.includes(key) ? keys : [key];
  }

  /** Gives a column this width, and those that are chosen with it. */
  resize(key: string, width: number): void {
    this.onResize(Object.fromEntries(this.with(key).map((one) => [one, width])));
  }

  /** Makes columns as wide as what they show. */
  fit(keys: readonly string[]): void {
    this.onResize(Object.fromEntries(keys.map((key) => [key, this.parts.sheet.fittingWidth(key)])));
  }
}
