import type { Cell, Field } from '@/api/types';
import { isInvalid, isMasked } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import type { Tone } from '@/fields/format';
import { invalidReason, renderCell } from '@/fields/render';
import type { RowColors } from './colors';
import type { Edits } from './edits';
import { groupLabel, paintHead, paintTotal } from './groupHead';
import { span } from './nodes';
import type { RowChoice } from './rowChoice';
import { type GridRow, type GroupHead, isUnmade, type RowSource } from './source';

/** Colours single cells of a field by their value: dates that are near. */
export type Decorate = Record<string, (cell: Cell | undefined, row: GridRow) => Tone | undefined>;

/** What SlickGrid puts into a cell. */
export interface Painted {
  html: HTMLElement;
  addClasses: string;
  toolTip?: string;
}

/** Knows what each cell shows and what may be done with it: saved values, and over them the edits on their way. */
export class CellPainter {
  context: FieldContext;
  decorate: Decorate;
  /** Whether this person may change these records at all. */
  editable: boolean;
  addAt: string | undefined;
  /** The fields that rows
  addAt: string | undefined;
  /** The fields that rows are grouped by, whether they are columns or not. */
  groupedBy: readonly Field[];
  /** Colours by the view's rules. */
  colors: RowColors | null = null;
  /** Whether somebody else has just changed the cell. */
  isFresh: (id: number, key: string) => boolean = () => false;
  /** Whether the cell holds what is being looked for. */
  isFound: (row: GridRow, field: Field) => boolean = () => false;
  /** What is said about the cell, in a word; "" for nothing. */
  note: (id: number, key: string) => string = () => '';
  private readonly source: RowSource;
  private readonly edits: Edits;
  private readonly choice: RowChoice;

  constructor(
    source: RowSource,
    edits: Edits,
    choice: RowChoice,
    options: {
      context: FieldContext;
      decorate: Decorate;
      editable: boolean;
      addAt: string | undefined;
      groupedBy: readonly Field[];
    },
  ) {
    this.source = source;
    this.edits = edits;
    this.choice = choice;
    this.context = options.context;
    this.decorate = options.decorate;
    this.editable = options.editable;
    this.addAt = options.addAt;
    this.groupedBy = options.groupedBy;
  }

  /** What a record has from the start that is added to a group; a span of days says nothing of the day. */
  valuesOf({ path }: GroupHead): Record<string, Cell> {
    const given = this.groupedBy.slice(0, path.length).map((field, level) => [field, path[level] ?? null] as const);
    const may = given.filter(([field, cell]) => cell !== null && !field.readonly && !field.kind.startsWith('date'));
    return Object.fromEntries(may.map(([field, cell]) => [field.key, cell]));
  }

  /** The head of a group in words. */
  describeHead(row: GridRow): string | null {
    const { head } = row;
    if (!head) return null;
    const name = groupLabel(head, this.groupedBy, this.context);
    return this.context.t(head.open ? 'group.open' : 'group.closed', { name, count: head.count });
  }

  /** The cell as a person sees it; undefined where the row, or this field of it, is not here yet. */
  shown(row: GridRow | undefined, key: string): Cell | undefined {
    if (!row) return undefined;
    const pending = this.edits.get(row.id, key);
    if (pending) return pending.value;
    // Null is an empty cell, which is here.
    const cell = row.cells[key];
    return cell === undefined && isUnmade(row.id) ? null : cell;
  }

  mayEdit(row: GridRow, field: Field): boolean {
    return (
      this.editable && (row.id > 0 || isUnmade(row.id)) && !field.readonly && !isMasked(this.shown(row, field.key))
    );
  }

  /** Why the cell is marked, or why it cannot be edited; null for a plain cell. */
  remark(row: GridRow, field: Field): { text: string; problem: boolean } | null {
    const { t } = this.context;
    const pending = this.edits.get(row.id, field.key);
    if (pending?.state === 'failed') {
      return { text: t('edit.failedHelp', { reason: pending.reason || t('edit.noAnswer') }), problem: true };
    }
    if (pending?.state === 'waiting') return { text: t('edit.waiting'), problem: false };
    const cell = this.shown(row, field.key);
    if (isInvalid(cell)) return { text: invalidReason(field, cell, this.context), problem: true };
    if (isMasked(cell)) return { text: t('edit.masked'), problem: false };
    if (field.readonly) return { text: t('edit.readonly'), problem: false };
    const text = this.note(row.id, field.key);
    return text ? { text, problem: false } : null;
  }

  /** `first`: of the columns, which names a group. */
  paint(row: number, field: Field, first: boolean): Painted {
    if (row >= this.source.length) return { html: this.addHint(field), addClasses: '' };
    const data = this.source.get(row);
    if (data?.head) {
      return first ? paintHead(data.head, this.groupedBy, this.context) : paintTotal(data.head, field, this.context);
    }
    if (data && data.id < 0 && !isUnmade(data.id)) return { html: span('kg-gone', ''), addClasses: '' };
    const cell = this.shown(data, field.key);
    if (!data || cell === undefined) return { html: span('kg-skeleton', ''), addClasses: '' };
    const { node, className, title } = renderCell(field, cell, this.context);
    const classes = [className];
    if (field.readonly) classes.push('kg-readonly');
    const tone = this.decorate[field.key]?.(cell, data);
    if (tone) classes.push(`kg-${tone}`);
    if (this.isFresh(data.id, field.key)) classes.push('kg-fresh');
    if (this.isFound(data, field)) classes.push('kg-found');
    const pending = this.edits.get(data.id, field.key);
    const note = this.note(data.id, field.key);
    if (note) classes.push('kg-noted');
    let toolTip = note || title;
    if (pending?.state === 'waiting') {
      classes.push('kg-waiting');
      toolTip = this.context.t('edit.waiting');
    }
    if (pending?.state === 'failed') {
      classes.push('kg-failed');
      toolTip = this.remark(data, field)?.text;
    }
    const html = node as HTMLElement;
    this.colors?.dress(html, classes, { row: data, field, cell, first }, this.context);
    return { html, addClasses: classes.join(' '), toolTip };
  }

  /** Row number, box to choose the row by, and the way to open the record, which show on hover. */
  paintRowHead(row: number): Painted {
    const { t } = this.context;
    const head = span('kg-head', '');
    if (row >= this.source.length) {
      head.append(span('kg-plus', '+'));
      return { html: head, addClasses: 'kg-row-head', toolTip: t('row.add') };
    }
    const data = this.source.get(row);
    if (data?.head) {
      if (this.addAt !== undefined) head.append(span('kg-plus', '+'));
      return { html: head, addClasses: 'kg-row-head', toolTip: this.addAt && t('group.add') };
    }
    const box = span('kg-box', '');
    const chosen = data !== undefined && this.choice.has(data.id);
    box.setAttribute('role', 'checkbox');
    box.setAttribute('aria-checked', String(chosen));
    const number = this.source.numberOf(row);
    box.setAttribute('aria-label', t('row.choose', { row: number }));
    box.append(checkMark(chosen));
    const open = span('kg-open', '');
    open.title = t('row.open');
    open.append(span('kg-number', String(number)), expandIcon());
    head.append(box, open);
    return { html: head, addClasses: 'kg-row-head' };
  }

  private addHint(field: Field): HTMLElement {
    return span('kg-hint', field.key === this.addAt ? this.context.t('row.add') : '');
  }
}

/** The box of `fields.css`, for choosing rows. */
export function checkMark(on: boolean): HTMLSpanElement {
  const mark = span('kf-check', '');
  mark.dataset.on = String(on);
  return mark;
}

function expandIcon(): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const icon = document.createElementNS(space, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', 'M9.5 2.5h4v4M13 3 9 7M6.5 13.5h-4v-4M3 13l4-4');
  icon.append(path);
  return icon;
}
