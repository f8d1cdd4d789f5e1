import type { Cell, Field } from '@/api/types';
import { editText, formatCell } from '@/fields/format';
import { parseInput } from '@/fields/parse';
import type { Cursor } from './cursor';
import { changedValues, type Edit, type EditReason, type Edits } from './edits';
import type { InputLine } from './inputLine';
import type { CellPainter } from './painter';
import type { Place } from './selection';
import type { Sheet } from './sheet';
import type { GridRow, RowSource } from './source';

/** The active cell; `data` is undefined while the row is loading, and on the line to add a row. */
export interface Target {
  place: Place;
  field: Field;
  data: GridRow | undefined;
}

/** A cell being edited. */
export interface EditSession {
  row: number;
  /** Null: the line to add a row by. */
  data: GridRow | null;
  field: Field;
  /** What the cell held when the edit began. */
  cell: Cell;
  /** The text with which the edit began; null when it began by typing over the cell. */
  untouched: string | null;
  text: string;
  /** Where the cell is, in pixels of the window. */
  rect: DOMRect;
}

/** The list or calendar beside the text. It sees keys first, and says what it stands for when the edit ends. */
export interface EditorPopup {
  onKey: (event: KeyboardEvent) => boolean;
  /** `undefined`: leave the cell as it is. Without it, the text speaks. */
  value?: () => Cell | undefined;
}

export interface RowChange {
  row: number;
  data: GridRow;
  values: Record<string, Cell>;
}

interface EditingParts {
  source: RowSource;
  sheet: Sheet;
  cursor: Cursor;
  painter: CellPainter;
  edits: Edits;
  line: InputLine;
}

interface EditingHooks {
  onSession: (session: EditSession | null) => void;
  /** A value was typed on the line to add a row. */
  onAdd: (values: Record<string, Cell>) => void;
  /** The cell may not be edited. */
  onRefused: () => void;
  /** The editor opened, closed or grew. */
  onMoved: () => void;
}

const SEARCHED = new Set<Field['kind']>(['choice', 'choices', 'person', 'relation']);

/** Kinds that are chosen from a list: what is typed searches it. */
export const isSearched = (field: Field): boolean => SEARCHED.has(field.kind);

/** From the first key to the saved value: one edit at a time, in the input line and the popup beside it. */
export class Editing {
  popup: EditorPopup | null = null;
  private current: EditSession | null = null;
  /** Where text lies in the line for a row that is still on its way. */
  private waitsAt: Place | null = null;
  private readonly parts: EditingParts;
  private readonly hooks: EditingHooks;

  constructor(parts: EditingParts, hooks: EditingHooks) {
    this.parts = parts;
    this.hooks = hooks;
  }

  get session(): EditSession | null {
    return this.current;
  }

  /** What was typed waits for its row. */
  get isWaiting(): boolean {
    return this.waitsAt !== null;
  }

  get target(): Target | null {
    const { cursor, sheet, source } = this.parts;
    const place = cursor.active;
    const field = place && sheet.view.fields[place.column];
    return place && field ? { place, field, data: source.get(place.row) } : null;
  }

  isAddLine(row: number): boolean {
    return this.parts.sheet.view.addLine && row === this.parts.source.length;
  }

  /** Edits the value that is there, as F2 and a double click do. */
  start(): void {
    const { target } = this;
    if (!target) return;
    if (target.field.kind === 'checkbox' && target.data) {
      this.toggleCheckbox();
      return;
    }
    const cell = this.shown(target) ?? null;
    const text = isSearched(target.field) ? '' : editText(target.field, cell, this.parts.painter.context);
    if (this.open(target, text)) this.parts.line.edit(text, this.look(target.field, cell));
  }

  /**
   * Edits with what was just typed or is being composed; where the row is still on its way, as soon as it is here.
   * False: this cell takes no typing.
   */
  startByTyping(): boolean {
    const { target } = this;
    const onItsWay = target !== null && !target.data && !this.current && !this.isAddLine(target.place.row);
    this.waitsAt = onItsWay ? target.place : null;
    if (onItsWay) return true;
    const { line } = this.parts;
    if (!target || target.field.kind === 'checkbox' || !this.open(target, null)) return false;
    line.edit(null, this.look(target.field, this.shown(target) ?? null));
    this.textChanged(line.text);
    return true;
  }

  /** Rows arrived: maybe the one that typed text waits for. */
  rowsCame(): void {
    if (!this.waitsAt || !this.target?.data) return;
    this.waitsAt = null;
    const { line } = this.parts;
    if (line.text === '' || !this.startByTyping()) line.arm();
  }

  /** The text is not for that row after all. */
  stopWaiting(): void {
    if (!this.waitsAt) return;
    this.waitsAt = null;
    if (!this.current) this.parts.line.arm();
  }

  /** The cursor went somewhere, or only the rows around it changed. */
  cursorMoved(): void {
    const { active } = this.parts.cursor;
    if (active?.row !== this.waitsAt?.row || active?.column !== this.waitsAt?.column) this.stopWaiting();
  }

  textChanged(text: string): void {
    this.renew({ text });
    const { cursor, sheet } = this.parts;
    // Whoever types wants to see it, also after scrolling away.
    if (cursor.active) sheet.scrollTo(cursor.active.row, cursor.active.column);
    this.hooks.onMoved();
  }

  /** The rows came anew while one was typing on the line to add by: that line has moved on, or is a record by now. */
  rowArrived(): void {
    const { target } = this;
    if (!this.current || this.current.data || !target || this.current.field !== target.field) return;
    const { place, data = null } = target;
    this.renew({ row: place.row, data });
  }

  /** Replaces the text, as when a day is picked but the time is still to be typed. */
  setText(text: string): void {
    this.parts.line.setText(text);
    this.textChanged(text);
  }

  startNewLine(): void {
    this.parts.line.insert('\n');
    this.textChanged(this.parts.line.text);
  }

  /** The grid scrolled under the editor. */
  follow(): void {
    const { active } = this.parts.cursor;
    if (!this.current || !active) return;
    const rect = this.parts.sheet.rectOf(active.row, active.column);
    const { rect: before } = this.current;
    if (rect.top !== before.top || rect.left !== before.left || rect.width !== before.width) this.renew({ rect });
  }

  /** Ends the edit and saves it: `value`, else what the popup stands for, else the text as it is. */
  commit(value?: Cell): void {
    const session = this.current;
    if (!session) return;
    const text = this.parts.line.text;
    const typed = () =>
      text === session.untouched ? undefined : parseInput(session.field, text, this.parts.painter.context);
    const cell = value !== undefined ? value : (this.popup?.value ?? typed)();
    this.close();
    if (cell === undefined) {
      if (session.data) this.retry(session.row, session.data, session.field);
    } else if (session.data) {
      this.apply([{ row: session.row, data: session.data, values: { [session.field.key]: cell } }]);
    } else if (cell !== null) {
      this.hooks.onAdd({ [session.field.key]: cell });
    }
  }

  cancel(): void {
    this.close();
    this.parts.line.focus();
  }

  toggleCheckbox(): void {
    const { target } = this;
    if (!target?.data || target.field.kind !== 'checkbox') return;
    if (!this.parts.painter.mayEdit(target.data, target.field)) {
      this.hooks.onRefused();
      return;
    }
    const ticked = this.shown(target) === true;
    this.apply([{ row: target.place.row, data: target.data, values: { [target.field.key]: !ticked } }]);
  }

  /** Empties those cells that may be changed. `rows` follow each other from row number `first` on. */
  clear(first: number, rows: readonly GridRow[], fields: readonly Field[]): void {
    const changes = rows.map((data, place) => {
      const editable = fields.filter((field) => this.parts.painter.mayEdit(data, field));
      return { row: first + place, data, values: Object.fromEntries(editable.map(({ key }) => [key, null])) };
    });
    if (changes.every(({ values }) => Object.keys(values).length === 0)) this.hooks.onRefused();
    this.apply(changes, 'clear');
  }

  /** Sends a value that failed once more. */
  retry(row: number, data: GridRow, field: Field): void {
    const pending = this.parts.edits.get(data.id, field.key);
    if (pending?.state === 'failed') this.apply([{ row, data, values: { [field.key]: pending.value } }]);
  }

  private shown({ data, field }: Target): Cell | undefined {
    return this.parts.painter.shown(data, field.key);
  }

  private open(target: Target, untouched: string | null): boolean {
    if (this.current) return false;
    const { sheet, painter } = this.parts;
    const { place, field, data } = target;
    const refused = this.isAddLine(place.row) ? field.readonly : !data || !painter.mayEdit(data, field);
    if (refused) {
      this.hooks.onRefused();
      return false;
    }
    sheet.scrollTo(place.row, place.column);
    this.current = {
      row: place.row,
      data: data ?? null,
      field,
      cell: this.shown(target) ?? null,
      untouched,
      text: untouched ?? '',
      rect: sheet.rectOf(place.row, place.column),
    };
    this.hooks.onSession(this.current);
    this.hooks.onMoved();
    return true;
  }

  private close(): void {
    this.current = null;
    this.popup = null;
    this.parts.line.arm();
    this.hooks.onSession(null);
    this.hooks.onMoved();
  }

  private renew(change: Partial<EditSession>): void {
    if (!this.current) return;
    this.current = { ...this.current, ...change };
    this.hooks.onSession(this.current);
  }

  /** While one types to search a list, what was there shows in the empty box. */
  private look(field: Field, cell: Cell): { placeholder: string; many: boolean } {
    const { context } = this.parts.painter;
    const placeholder = isSearched(field) ? formatCell(field, cell, context) || context.t('edit.search') : '';
    return { placeholder, many: field.kind === 'long_text' };
  }

  /** Shows and saves those of the values that are other ones than before, all in one step. */
  apply(changes: readonly RowChange[], reason: EditReason = 'edit'): void {
    const { painter, edits } = this.parts;
    const batch = changes.flatMap(({ row, data, values }): Edit[] => {
      const changed = changedValues(
        (key) => painter.shown(data, key),
        (key) => edits.get(data.id, key)?.state === 'failed',
        values,
      );
      if (Object.keys(changed).length === 0) return [];
      return [{ row, id: data.id, version: data.version, values: changed }];
    });
    if (batch.length > 0) edits.add(batch, reason);
  }
}
