import type { Cell, Field } from '@/api/types';
import { isBlank, isInvalid, isMasked } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { editText, isRightAligned } from '@/fields/format';
import { parseInput } from '@/fields/parse';
import { fromClipboard, type Texts, toHtml, toText } from './clipboard';
import type { Cursor } from './cursor';
import type { Editing, RowChange } from './editing';
import type { CellPainter } from './painter';
import { type CellRange, cellCount } from './selection';
import { goOn } from './series';
import type { Sheet } from './sheet';
import type { GridRow, RowSource } from './source';

/** More at once would keep the browser, and everybody who saves meanwhile, waiting. */
export const MAX_ROWS = 10_000;
export const MAX_CELLS = 200_000;
/** Rows that are fetched together while one looks for the end of a column. */
const AT_ONCE = 1_000;

interface TransferParts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
  painter: CellPainter;
  editing: Editing;
}

interface TransferHooks {
  /** Rows that were pasted below the last one: the page asks, and makes them. */
  onGrow: (rows: Record<string, Cell>[]) => void;
  onCopied: (cells: number) => void;
  onNotice: (text: string) => void;
}

interface Numbered {
  row: number;
  data: GridRow;
}

/** What is on its way to the clipboard. */
interface Prepared {
  range: CellRange;
  plain: string;
  html: string;
}

/** Cells that go out to the clipboard, come in from it, or spread over a selection. */
export class Transfer {
  private prepared: Prepared | null = null;
  private readonly parts: TransferParts;
  private readonly hooks: TransferHooks;

  constructor(parts: TransferParts, hooks: TransferHooks) {
    this.parts = parts;
    this.hooks = hooks;
  }

  /** Copies the selection. Rows that are not here are fetched, which takes a moment. `cut` empties the cells after. */
  copy(event: ClipboardEvent, cut: boolean): void {
    const range = this.selection();
    if (!range || !event.clipboardData) return;
    event.preventDefault();
    const ready = this.prepared && sameRange(this.prepared.range, range) ? this.prepared : this.prepare(range);
    this.prepared = null;
    if (ready) {
      event.clipboardData.setData('text/plain', ready.plain);
      event.clipboardData.setData('text/html', ready.html);
      this.hooks.onCopied(cellCount(range));
      if (cut) this.clear(range);
    } else if (!this.tooMany(range)) {
      this.records(range.top, range.bottom).then(
        (rows) => {
          this.prepared = this.written(range, rows);
          // While the key still counts as pressed the page may copy by itself; later the person has to ask again.
          const done = document.execCommand(cut ? 'cut' : 'copy');
          if (!done) this.hooks.onNotice(this.t('copy.again'));
        },
        () => this.hooks.onNotice(this.t('edit.noRows')),
      );
    }
  }

  /** Pastes at the selection: over all of it where it is a multiple of what is pasted, else from its corner on. */
  paste(event: ClipboardEvent): void {
    const texts = event.clipboardData && fromClipboard(event.clipboardData);
    event.preventDefault();
    if (texts) void this.put(texts);
  }

  /** Fills the selection from its first row (`down`) or column; a single one from the row above, the column before. */
  async fill(way: 'down' | 'right'): Promise<void> {
    const range = this.selection();
    if (!range || this.tooMany(range)) return;
    const { top, left, bottom, right } = range;
    const down = way === 'down';
    const single = down ? top === bottom : left === right;
    const seed = (down ? top : left) - (single ? 1 : 0);
    if (seed < 0) return;
    const fields = this.fieldsOf(range);
    try {
      const rows = await this.records(down ? seed : top, bottom);
      const first = rows[0]?.data;
      const from = this.parts.sheet.view.fields[seed];
      const changes = rows.slice(down ? 1 : 0).map(({ row, data }): RowChange => {
        const values: Record<string, Cell> = {};
        for (const field of down || single ? fields : fields.slice(1)) {
          const cell = down ? this.plain(first, field) : from && this.moved(data, from, field);
          if (cell !== undefined && this.parts.painter.mayEdit(data, field)) values[field.key] = cell;
        }
        return { row, data, values };
      });
      this.parts.editing.apply(changes, 'fill');
    } catch {
      this.hooks.onNotice(this.t('edit.noRows'));
    }
  }

  /** Draws a selection on to a larger range: its series go on there, all else is copied (`copy`: series too). */
  async spread(from: CellRange, to: CellRange, copy: boolean): Promise<void> {
    if (this.tooMany(to)) return;
    const { painter, editing, cursor, sheet } = this.parts;
    const down = to.top !== from.top || to.bottom !== from.bottom;
    // Upwards and to the left a series goes on backwards.
    const back = to.top < from.top || to.left < from.left;
    const fields = this.fieldsOf(to);
    try {
      const rows = await this.records(to.top, to.bottom);
      const above = rows.filter(({ row }) => row < from.top).length;
      const height = rows.filter(({ row }) => row >= from.top && row <= from.bottom).length;
      const values = rows.map((): Record<string, Cell> => ({}));
      if (down) {
        const seeded = rows.slice(above, above + height);
        for (const field of fields) {
          const seeds = seeded.map(({ data }) => this.plain(data, field));
          if (!areHere(seeds)) continue;
          if (back) seeds.reverse();
          goOn(seeds, field.kind, rows.length - height, copy).forEach((cell, at) => {
            const place = back ? above - 1 - at : height + at;
            const target = values[place];
            if (target) target[field.key] = cell;
          });
        }
      } else {
        const sources = this.fieldsOf(from);
        const others = back ? fields.slice(0, from.left - to.left).reverse() : fields.slice(sources.length);
        rows.forEach(({ data }, place) => {
          others.forEach((field, at) => {
            const source = back ? sources[sources.length - 1 - (at % sources.length)] : sources[at % sources.length];
            const cell = source && this.moved(data, source, field);
            const target = values[place];
            if (cell !== undefined && target) target[field.key] = cell;
          });
        });
      }
      const changes = rows.map(({ row, data }, place): RowChange => {
        const wanted = Object.entries(values[place] ?? {});
        const may = wanted.filter(([key]) => fields.some((field) => field.key === key && painter.mayEdit(data, field)));
        return { row, data, values: Object.fromEntries(may) };
      });
      editing.apply(changes, 'fill');
      cursor.select({ row: to.top, column: to.left }, { row: to.bottom, column: to.right });
      sheet.scrollTo(back ? to.top : to.bottom, back ? to.left : to.right);
    } catch {
      this.hooks.onNotice(this.t('edit.noRows'));
    }
  }

  /** Draws the selection on down to where the column beside it ends, as a double click on its corner does. */
  async spreadDown(): Promise<void> {
    const range = this.selection();
    if (!range) return;
    const { source, sheet, painter } = this.parts;
    const { fields } = sheet.view;
    const isFilled = (row: number, field: Field | undefined) =>
      field !== undefined && !isBlank(painter.shown(source.get(row), field.key));
    const beside = [fields[range.left - 1], fields[range.right + 1]].find((one) => isFilled(range.bottom + 1, one));
    let { bottom } = range;
    const most = Math.min(source.length - 1, range.top + MAX_ROWS - 1);
    try {
      while (bottom < most && isFilled(bottom + 1, beside)) {
        bottom += 1;
        if (!source.get(bottom + 1)) await source.load(bottom + 1, Math.min(most, bottom + AT_ONCE));
      }
      if (bottom > range.bottom) await this.spread(range, { ...range, bottom }, false);
    } catch {
      this.hooks.onNotice(this.t('edit.noRows'));
    }
  }

  /** Puts the same text into every selected cell. */
  async putEverywhere(text: string): Promise<void> {
    await this.put([[text]]);
  }

  private async put(texts: Texts): Promise<void> {
    const { source, sheet, cursor, painter, editing } = this.parts;
    const { active, range } = cursor;
    if (!active || !range) return;
    const wide = texts.reduce((most, row) => Math.max(most, row.length), 0);
    const height = repeated(range.bottom - range.top + 1, texts.length);
    const width = repeated(range.right - range.left + 1, wide);
    const fields = sheet.view.fields.slice(range.left, range.left + width);
    const target = {
      top: range.top,
      bottom: range.top + height - 1,
      left: range.left,
      right: range.left + fields.length - 1,
    };
    if (this.tooMany(target)) return;
    const textAt = (row: number, column: number) => texts[row % texts.length]?.[column % wide];
    let last = Math.min(target.bottom, source.length - 1);
    let taken = 0;
    let refused = 0;
    const valuesOf = (row: number, may: (field: Field) => boolean) => {
      const values: Record<string, Cell> = {};
      fields.forEach((field, column) => {
        const text = textAt(row, column);
        if (text === undefined) return; // a shorter row says nothing about its other cells
        if (may(field)) values[field.key] = parseInput(field, text, painter.context);
        else if (text !== '') refused += 1;
      });
      return values;
    };
    try {
      let rows = last >= target.top ? await this.records(target.top, last) : [];
      // Heads of groups take nothing: what is pasted goes on below them.
      while (rows.length < height && last < source.length - 1) {
        last = Math.min(source.length - 1, last + height - rows.length);
        rows = await this.records(target.top, last);
      }
      taken = rows.length;
      const changes = rows.map(({ row, data }, place) => ({
        row,
        data,
        values: valuesOf(place, (field) => painter.mayEdit(data, field)),
      }));
      editing.apply(changes, 'paste');
    } catch {
      this.hooks.onNotice(this.t('edit.noRows'));
      return;
    }
    if (last >= target.top) {
      cursor.select({ row: target.top, column: target.left }, { row: last, column: target.right });
    }
    const beyond: Record<string, Cell>[] = [];
    for (let place = taken; place < height; place += 1) {
      const values = valuesOf(place, (field) => !field.readonly);
      if (Object.values(values).some((value) => value !== null)) beyond.push(values);
    }
    if (width > fields.length) this.hooks.onNotice(this.t('paste.cut', { count: width - fields.length }));
    if (refused > 0) this.hooks.onNotice(this.t('paste.refused', { count: refused }));
    if (beyond.length > 0 && sheet.view.addLine) this.hooks.onGrow(beyond);
  }

  /** The rows of a span without the heads of groups, fetched where they are not here. */
  private async records(from: number, to: number): Promise<Numbered[]> {
    const rows = await this.parts.source.load(from, to);
    return rows.map((data, place) => ({ row: from + place, data })).filter(isRecord);
  }

  private clear(range: CellRange): void {
    const rows = [...this.parts.source.loaded(range.top, range.bottom)].map(([, data]) => data);
    this.parts.editing.clear(range.top, rows, this.fieldsOf(range));
  }

  /** The selection without the line to add a row by. */
  private selection(): CellRange | null {
    const { range } = this.parts.cursor;
    const bottom = this.parts.source.length - 1;
    return range && range.top <= bottom ? { ...range, bottom: Math.min(range.bottom, bottom) } : null;
  }

  private tooMany(range: CellRange): boolean {
    const rows = range.bottom - range.top + 1;
    if (rows <= MAX_ROWS && cellCount(range) <= MAX_CELLS) return false;
    const limits = { rows: MAX_ROWS.toLocaleString('en-US'), cells: MAX_CELLS.toLocaleString('en-US') };
    this.hooks.onNotice(this.t('paste.tooMany', limits));
    return true;
  }

  /** The selection as it goes to the clipboard; null where some rows are not here. */
  private prepare(range: CellRange): Prepared | null {
    if (range.bottom - range.top >= MAX_ROWS) return null;
    const rows = [...this.parts.source.loaded(range.top, range.bottom)].map(([row, data]) => ({ row, data }));
    return rows.length === range.bottom - range.top + 1 ? this.written(range, rows.filter(isRecord)) : null;
  }

  private written(range: CellRange, rows: readonly Numbered[]): Prepared {
    const { painter } = this.parts;
    const fields = this.fieldsOf(range);
    const texts = rows.map(({ data }) =>
      fields.map((field) => editText(field, painter.shown(data, field.key), painter.context)),
    );
    const numeric = fields.map(isRightAligned);
    const isNumber = (row: number, column: number) =>
      numeric[column] === true && Number.isFinite(Number(texts[row]?.[column] || Number.NaN));
    return { range, plain: toText(texts), html: toHtml(texts, isNumber) };
  }

  private fieldsOf(range: CellRange): readonly Field[] {
    return this.parts.sheet.view.fields.slice(range.left, range.right + 1);
  }

  /** A cell as it is written: undefined where it is hidden, or not here. */
  private plain(row: GridRow | undefined, field: Field): Cell | undefined {
    const cell = this.parts.painter.shown(row, field.key);
    if (isMasked(cell)) return undefined;
    return cell;
  }

  /** A cell of one column as it is written into another: itself where both are of a kind, else its text. */
  private moved(row: GridRow, from: Field, to: Field): Cell | undefined {
    const cell = this.plain(row, from);
    if (cell === undefined || (from.kind === to.kind && from.choices.length === 0)) return cell;
    if (isInvalid(cell)) return parseInput(to, cell.invalid, this.parts.painter.context);
    const { context } = this.parts.painter;
    return parseInput(to, editText(from, this.parts.painter.shown(row, from.key), context), context);
  }

  private get t(): FieldContext['t'] {
    return this.parts.painter.context.t;
  }
}

/** How many rows or columns a paste takes: all that are selected where the pasted ones fit in a whole number of times. */
function repeated(selected: number, pasted: number): number {
  return selected % pasted === 0 ? selected : pasted;
}

const isRecord = ({ data }: Numbered) => data.head === undefined;

/** Whether none of the cells is hidden or missing. */
function areHere(cells: (Cell | undefined)[]): cells is Cell[] {
  return cells.every((cell) => cell !== undefined);
}

function sameRange(a: CellRange, b: CellRange): boolean {
  return a.top === b.top && a.bottom === b.bottom && a.left === b.left && a.right === b.right;
}
