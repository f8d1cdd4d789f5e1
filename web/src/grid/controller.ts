import type { Cell, Field } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { formatCell, isRightAligned } from '@/fields/format';
import { Adding, type AddRecord } from './adding';
import type { ByHand } from './byHand';
import type { RowColors } from './colors';
import { bindColumns } from './columnMouse';
import { Columns } from './columns';
import { Cursor } from './cursor';
import { Editing, type EditSession } from './editing';
import { Edits, type SaveCounts, type SaveEdits } from './edits';
import { InputLine } from './inputLine';
import { jump } from './jump';
import { Keyboard } from './keyboard';
import type { Act } from './keys';
import { bindMouse } from './mouse';
import { Others } from './others';
import { Overlays } from './overlays';
import { CellPainter, type Decorate } from './painter';
import { RowActs } from './rowActs';
import { type Chosen, MAX_CHOSEN, RowChoice } from './rowChoice';
import { type CellRange, type Summary, summarize } from './selection';
import { ROW_HEAD, Sheet, type SheetView } from './sheet';
import { type GridRow, isUnmade, type RowSource } from './source';
import { bindTouch } from './touch';
import { Transfer } from './transfer';
import { bindScrolling } from './wheel';

/** A menu to open at a rectangle of the window. */
export type MenuRequest =
  | { kind: 'column'; field: Field; rect: DOMRect }
  | { kind: 'cell'; row: GridRow; field: Field; rect: DOMRect };

/** Asks about a cell that is at `anchor`: what stood in it before, or what is said about it. */
export type AskCell = (what: 'past' | 'comments', row: GridRow, field: Field, anchor: DOMRect) => void;

export interface SelectionInfo {
  /** The active cell; `id` is null on the line to add a row, and where the row is not here yet. */
  active: { row: number; id: number | null; field: string } | null;
  /** Null while a single cell is selected. */
  summary: Summary | null;
  /** The rows whose box is ticked. */
  chosen: Chosen;
  /** The selection by rows and field keys; null while it is a single cell. */
  range: SelectedRange | null;
}

export interface SelectedRange {
  top: number;
  bottom: number;
  fields: readonly Field[];
}

export interface ControllerHooks {
  /** Wants a new record directly above or below a row. */
  onInsert: (row: number, below: boolean) => void;
  save: SaveEdits;
  onOpenRecord: (id: number) => void;
  onDelete: (ids: number[]) => void;
  /** Wants every ticked row deleted, where all are. */
  onDeleteAll: () => void;
  onAdd: AddRecord;
  /** Wants copies of these records. */
  onDuplicate: (ids: number[]) => void;
  /** Rows that were pasted below the last one. */
  onGrow: (rows: Record<string, Cell>[]) => void;
  onUndo: () => void;
  onRedo: () => void;
  onResizeColumns: (widths: Record<string, number>) => void;
  onMoveColumn: (key: string, place: number) => void;
  onSelectionChange: (info: SelectionInfo) => void;
  onSaveState: (counts: SaveCounts) => void;
  onSession: (session: EditSession | null) => void;
  onMenu: (request: MenuRequest) => void;
  onAsk: AskCell;
  /** A short word to the person: why nothing was done. */
  onNotice: (text: string) => void;
}

export interface ControllerOptions extends SheetView {
  label: string;
  context: FieldContext;
  decorate: Decorate;
  editable: boolean;
  addAt: string | undefined;
  groupedBy: readonly Field[];
}

const REPORT_DELAY_MS = 60;

/** Joins the parts of the grid: keys and mouse move the cursor, begin edits and end them. Lives outside React. */
export class GridController {
  readonly sheet: Sheet;
  readonly cursor: Cursor;
  readonly choice: RowChoice;
  readonly line: InputLine;
  readonly editing: Editing;
  readonly transfer: Transfer;
  readonly columns: Columns;
  readonly rows: RowActs;
  /** Comes after the first cells. */
  byHand: ByHand | null = null;
  readonly others: Others;
  readonly wrapper: HTMLElement;
  private readonly source: RowSource;
  readonly edits: Edits;
  private readonly adding: Adding;
  readonly painter: CellPainter;
  private readonly overlays: Overlays;
  private readonly keyboard: Keyboard;
  private readonly hooks: ControllerHooks;
  private readonly cleanups: (() => void)[];
  /** Somebody tried to edit a cell that may not be: the reason shows until the cursor moves. */
  private refused = false;
  /** What the selection is being drawn on to. */
  private drawn: CellRange | null = null;
  private destroyed = false;
  /** What was told last: a page that is told the same again would paint itself for nothing. */
  private reported = '';
  private reportTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(wrapper: HTMLElement, source: RowSource, options: ControllerOptions, hooks: ControllerHooks) {
    this.wrapper = wrapper;
    this.source = source;
    this.hooks = hooks;
    const host = document.createElement('div');
    host.className = 'kg-host';
    host.setAttribute('aria-label', options.label);
    host.setAttribute('aria-multiselectable', 'true');
    wrapper.append(host);
    this.edits = new Edits(hooks.save, source, (ids) => this.edited(ids));
    this.adding = new Adding(hooks.onAdd, this.edits, source);
    this.choice = new RowChoice(source, () => this.choiceChanged());
    this.painter = new CellPainter(source, this.edits, this.choice, options);
    this.sheet = new Sheet(host, source, this.painter, options, {
      onMoved: () => this.placeOverlays(),
      onResized: (key, width) => this.columns.resize(key, width),
      onFitted: (key) => this.columns.fit(this.columns.with(key)),
      isChosen: (row) => this.choice.has(source.get(row)?.id ?? -1),
    });
    this.cursor = new Cursor(
      {
        bounds: () => ({ rows: this.sheet.rowCount, columns: this.sheet.view.fields.length }),
        rows: () => source.length,
        rowsInSight: () => this.sheet.rowsInSight,
        scrollTo: ({ row, column }) => this.sheet.scrollTo(row, column),
        scrollHome: (rows) => {
          if (rows) this.sheet.scrollTo(this.sheet.frozenRows, 0);
          this.sheet.grid.scroller.scrollLeft = 0;
        },
      },
      () => this.cursorMoved(),
    );
    this.line = new InputLine({
      onTyped: () => this.keyboard.typed(),
      onText: (text) => this.editing.textChanged(text),
      onKey: (event) => this.keyboard.press(event),
      onClipboard: (event) => this.clipboard(event),
      onFocus: () => this.focusChanged(true),
      onBlur: () => setTimeout(() => this.focusLeft()),
    });
    this.overlays = new Overlays(wrapper, this.sheet, this.line);
    const { sheet, cursor, painter, edits, line } = this;
    this.others = new Others(this.sheet, source, this.painter);
    this.editing = new Editing(
      { source, sheet, cursor, painter, edits, line },
      {
        onSession: hooks.onSession,
        onAdd: (values) => this.adding.fill(values),
        onRefused: () => {
          this.refused = true;
          this.placeOverlays();
        },
        onMoved: () => this.placeOverlays(),
      },
    );
    this.transfer = new Transfer(
      { source, sheet, cursor, painter, editing: this.editing },
      {
        onGrow: hooks.onGrow,
        onCopied: (count) => this.say(this.context.t('copy.done', { count })),
        onNotice: hooks.onNotice,
      },
    );
    this.columns = new Columns({ source, sheet, cursor }, hooks.onResizeColumns);
    this.rows = new RowActs({ source, sheet, cursor, painter, editing: this.editing, choice: this.choice }, hooks);
    this.keyboard = new Keyboard(this, hooks);
    this.cleanups = [
      bindScrolling(sheet, wrapper),
      bindMouse(this),
      bindTouch(this),
      bindColumns(this, hooks),
      source.subscribe((changed) => this.sourceChanged(changed === 'all')),
    ];
    // The rows are a stop of the Tab key, so that they can be scrolled without a mouse; what takes keys is the line.
    host.addEventListener('focusin', () => {
      if (!this.keyboard.leaving) line.focus();
    });
    line.label(this.describe());
    this.reportSoon();
  }

  destroy(): void {
    this.editing.commit();
    this.destroyed = true;
    clearTimeout(this.reportTimer);
    for (const cleanup of this.cleanups) cleanup();
    this.others.destroy();
    this.sheet.destroy();
    this.wrapper.replaceChildren();
  }

  /** Takes over what changed. Columns are laid out anew only where they differ from what is shown. */
  update(options: ControllerOptions): void {
    const { painter, sheet } = this;
    const { context, decorate, editable, addAt, groupedBy } = options;
    const newLanguage = painter.context.language !== context.language;
    const repaint = painter.context !== context || painter.decorate !== decorate || painter.editable !== editable;
    Object.assign(painter, { context, decorate, editable, addAt, groupedBy });
    sheet.host.setAttribute('aria-label', options.label);
    this.line.label(this.describe());
    if (newLanguage || !sheet.shows(options)) {
      this.editing.commit();
      sheet.setView(options);
      this.cursor.settle();
    } else {
      sheet.setMarks(options.sort, options.filtered);
      if (repaint) sheet.repaintAll();
    }
  }

  setColors(colors: RowColors | null): void {
    this.painter.colors = colors;
    this.sheet.repaintAll();
  }

  openRecord(row: number): void {
    if (this.editing.isAddLine(row)) {
      void this.hooks.onAdd({});
      return;
    }
    const data = this.source.get(row);
    if (data && (data.id > 0 || isUnmade(data.id))) this.hooks.onOpenRecord(data.id);
  }

  /** Opens or closes the group whose head the row is. Says whether it is one. */
  toggleGroup(row: number): boolean {
    if (!this.source.get(row)?.head) return false;
    this.source.toggle?.(row);
    return true;
  }

  /** Adds a record to the group whose head the row is. Says whether it is one. */
  addToGroup(row: number): boolean {
    const head = this.source.get(row)?.head;
    if (head && this.painter.addAt !== undefined) void this.hooks.onAdd(this.painter.valuesOf(head));
    return head !== undefined;
  }

  get context(): FieldContext {
    return this.painter.context;
  }

  /** The last row that is a record. */
  get lastRow(): number {
    return this.source.length - 1;
  }

  selectAll(): void {
    const last = { row: this.source.length - 1, column: this.sheet.view.fields.length - 1 };
    this.cursor.select({ row: 0, column: 0 }, last);
  }

  /** Shows what the selection would be drawn on to; null: nothing. */
  drawOn(drawn: CellRange | null): void {
    this.drawn = drawn;
    this.placeOverlays();
  }

  /** Today's date into the selected cells, where they take dates. */
  putToday(): void {
    const { target } = this.editing;
    if (target?.field.kind === 'date') void this.transfer.putEverywhere(this.context.today);
    else if (target) this.hooks.onNotice(this.context.t('edit.noDate'));
  }

  /** On to the edge of the data. */
  jump(act: Extract<Act, { act: 'jump' }>): void {
    const { source, sheet, cursor, painter } = this;
    void jump({ source, sheet, cursor, painter }, act);
  }

  /** Empties the selected cells. */
  async clearCells(): Promise<void> {
    const { range } = this.cursor;
    if (!range) return;
    const bottom = Math.min(range.bottom, this.source.length - 1);
    if (bottom - range.top >= MAX_CHOSEN) {
      this.rows.tooMany();
      return;
    }
    const fields = this.sheet.view.fields.slice(range.left, range.right + 1);
    try {
      this.editing.clear(range.top, await this.source.load(range.top, bottom), fields);
    } catch {
      this.rows.failed();
    }
  }

  private clipboard(event: ClipboardEvent): void {
    if (event.type === 'paste') this.transfer.paste(event);
    else this.transfer.copy(event, event.type === 'cut');
  }

  /** Gives up what could not be saved in the active cell. Says whether there was something. */
  discardFailure(): boolean {
    const { target } = this.editing;
    return target?.data !== undefined && this.edits.discard(target.data.id, target.field.key);
  }

  /** Tells the person in passing. */
  notify(text: string): void {
    this.hooks.onNotice(text);
  }

  say(text: string): void {
    this.overlays.say(text);
  }

  /** Opens the menu of the active cell or of its column, or what is said about it, at `rect` or where that is. */
  requestMenu(kind: MenuRequest['kind'] | 'comments', rect?: DOMRect): void {
    const { target } = this.editing;
    if (!target) return;
    const { place, field, data } = target;
    const at = rect ?? this.sheet.rectOf(place.row, place.column);
    if (kind === 'column') this.requestColumnMenu(field.key, rect);
    // The acts of the menu are those on records.
    else if (data && !data.head) {
      if (kind === 'cell') this.hooks.onMenu({ kind, row: data, field, rect: at });
      else if (data.id > 0) this.hooks.onAsk(kind, data, field, at);
    }
  }

  /** Opens the menu of a column, whichever cell is active. */
  requestColumnMenu(key: string, rect?: DOMRect): void {
    const header = this.sheet.headerOf(key);
    const field = this.sheet.view.fields.find((one) => one.key === key);
    if (header && field) {
      this.hooks.onMenu({ kind: 'column', field, rect: rect ?? header.getBoundingClientRect() });
    }
  }

  /** Commits, and goes on to another cell. */
  commitAndGo(act: Act): void {
    const adds = this.editing.session?.data === null;
    this.editing.commit();
    if (adds) this.adding.goingOn(() => this.cursor.perform(act), act.act === 'next');
    else this.cursor.perform(act);
    this.line.focus();
  }

  private cursorMoved(): void {
    this.refused = false;
    this.editing.cursorMoved();
    this.adding.leave();
    this.placeOverlays();
    const text = this.describe();
    this.line.label(text);
    if (this.line.focused) this.overlays.say(text);
    this.reportSoon();
  }

  private sourceChanged(all: boolean): void {
    if (all) {
      const { cursor, adding } = this;
      const row = adding.place();
      if (row === null || !cursor.active) cursor.settle();
      else adding.goingOn(() => cursor.goTo({ row, column: cursor.active?.column ?? 0 }));
      this.editing.rowArrived();
    }
    this.editing.rowsCame();
    this.line.label(this.describe());
    this.reportSoon();
  }

  private edited(ids: number[]): void {
    const counts = this.edits.counts();
    if (this.destroyed) {
      this.hooks.onSaveState({ ...counts, failed: 0 });
      this.reportLostEdit();
      return;
    }
    this.hooks.onSaveState(counts);
    const wanted = new Set(ids);
    this.sheet.repaint(this.sheet.rendered().filter((row) => wanted.has(this.source.get(row)?.id ?? 0)));
    this.reportSoon();
  }

  /** An edit that fails after its grid is gone has no cell to show it in. */
  private reportLostEdit(): void {
    const reason = this.edits.firstFailure();
    const { t } = this.painter.context;
    if (reason !== undefined) this.hooks.onNotice(t('edit.failed', { reason: reason || t('edit.noAnswer') }));
  }

  private choiceChanged(): void {
    const some = this.choice.size > 0;
    const all = this.sheet.headerOf(ROW_HEAD)?.querySelector('.kg-all');
    all?.setAttribute('aria-checked', some ? 'mixed' : 'false');
    all?.querySelector('.kf-check')?.setAttribute('data-on', String(some));
    this.wrapper.classList.toggle('kg-choosing', some);
    this.sheet.repaintAll();
    this.reportSoon();
  }

  private placeOverlays(): void {
    this.others.place();
    const { target, session } = this.editing;
    const remark = target?.data && !session ? this.painter.remark(target.data, target.field) : null;
    const { active, range } = this.cursor;
    const handle = this.painter.editable && !session && range !== null && range.bottom < this.source.length;
    this.overlays.place(
      active,
      { range, drawn: this.drawn, handle },
      remark && (remark.problem || this.refused) ? remark : null,
    );
    this.editing.follow();
  }

  /** The active cell in words. */
  private describe(): string {
    const { target } = this.editing;
    const { context } = this.painter;
    if (!target) return this.sheet.host.getAttribute('aria-label') ?? '';
    const { place, field, data } = target;
    if (this.editing.isAddLine(place.row)) return context.t('row.add');
    const head = data && this.painter.describeHead(data);
    if (head) return head;
    const cell = this.painter.shown(data, field.key);
    const value = formatCell(field, cell, context) || context.t(cell === undefined ? 'edit.loading' : 'edit.empty');
    const remark = data && this.painter.remark(data, field);
    const text = context.t('edit.cell', { column: field.label, row: this.source.numberOf(place.row), value });
    return remark ? `${text}. ${remark.text}` : text;
  }

  private focusChanged(focused: boolean): void {
    this.wrapper.classList.toggle('kg-focused', focused);
    if (focused && !this.cursor.active) this.cursor.goTo({ row: 0, column: 0 }, { scroll: false });
  }

  private focusLeft(): void {
    // Another window has the focus; the page will get it back at the same place.
    if (this.line.focused) return;
    this.focusChanged(false);
    this.keyboard.leaving = false;
    this.editing.commit();
  }

  private reportSoon(): void {
    this.reportTimer ??= setTimeout(() => {
      this.reportTimer = undefined;
      this.report();
    }, REPORT_DELAY_MS);
  }

  private report(): void {
    const { target } = this.editing;
    const { range } = this.cursor;
    const several = range && (range.top !== range.bottom || range.left !== range.right) ? range : null;
    const columns = this.sheet.view.fields.map((field) => ({ key: field.key, numeric: isRightAligned(field) }));
    const bottom = Math.min(several?.bottom ?? 0, this.source.length - 1);
    const info: SelectionInfo = {
      range: several && {
        top: several.top,
        bottom,
        fields: this.sheet.view.fields.slice(several.left, several.right + 1),
      },
      active: target && { row: target.place.row, id: target.data?.id ?? null, field: target.field.key },
      summary:
        several &&
        summarize(several, columns, this.source.loaded(several.top, several.bottom), (row, key) =>
          this.painter.shown(row, key),
        ),
      chosen: this.choice.told(),
    };
    const told = several ? '' : JSON.stringify(info);
    if (told && told === this.reported) return;
    this.reported = told;
    this.hooks.onSelectionChange(info);
  }
}
