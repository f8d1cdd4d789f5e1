import i18next from 'i18next';
import '@/i18n/byHand';
import type { GridController } from './controller';
import type { Cursor } from './cursor';
import type { CellPainter } from './painter';
import { type Regrouping, regrouping } from './regroup';
import type { RowChoice } from './rowChoice';
import { dragRow } from './rowDrag';
import type { Sheet } from './sheet';
import type { GridRow, GroupHead, RowSource } from './source';

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
  /** Wants rows in another group; `place`: beside which row, null where their order says it. */
  onRegroup: (rows: Regrouping, place: Beside | null) => void;
  /** Wants to ask into which group. */
  onAskGroup: (ids: number[]) => void;
  onNotice: (text: string) => void;
}

export interface Beside {
  target: number;
  below: boolean;
}

/** A drop that is being aimed: in words, whether it will be refused, and whether a group is meant and no place in it. */
export interface Aim {
  text: string;
  refused: boolean;
  whole: boolean;
}

/** Rows that are moved by hand, where nothing else gives them their order; into other groups by the values of these. */
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
    if (this.refusal !== null) {
      this.hooks.onNotice(this.refusal);
      return;
    }
    const bottom = Math.min(range.bottom, source.length - 1);
    const passed = step > 0 ? bottom + 1 : range.top - 1;
    if (bottom < range.top || passed < 0 || passed >= source.length) return;
    const group = (row: number) => (source.get(row)?.head ? undefined : source.groupsAt?.(row).at(-1)?.key);
    if (this.isGrouped && [range.top, bottom].some((row) => group(row) === undefined || group(row) !== group(passed))) {
      this.hooks.onNotice(i18next.t('byHand:moveOut'));
      return;
    }
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

  /** Puts rows beside another one, where the mouse let go of them; in another group they get its values. */
  drop(ids: number[], row: number, below: boolean): void {
    const { source } = this.parts;
    if (ids.length === 0) return;
    const isHead = source.get(row)?.head !== undefined;
    // Below a head is above the first of its rows.
    const target = source.get(isHead ? row + 1 : row);
    const beside = target && target.id > 0 ? { target: target.id, below: below && !isHead } : null;
    const group = this.otherGroup(ids, row);
    if (group) this.intoGroup(ids, group, this.refusal === null ? beside : null);
    else if (this.refusal !== null) this.hooks.onNotice(this.refusal);
    else if (beside && !ids.every((id) => id === beside.target)) {
      this.hooks.onMove(ids, beside.target, beside.below);
    }
  }

  /** What letting go of rows here would do; null where they only change places. */
  aim(ids: number[], row: number): Aim | null {
    const { painter } = this.parts;
    const group = this.otherGroup(ids, row);
    if (!group) return this.refusal === null ? null : { text: this.refusal, refused: true, whole: true };
    const { refusal, name } = regrouping(this.parts.source, painter.groupedBy, painter.context, ids, group);
    const whole = this.refusal !== null || this.parts.source.get(row)?.head !== undefined;
    return { text: refusal ?? i18next.t('byHand:into', { group: name }), refused: refusal !== null, whole };
  }

  /** Asks into which group the ticked rows, or the selected ones, are to go. */
  askGroup(): void {
    const { cursor, choice } = this.parts;
    if (!this.allowed()) return;
    const ticked = choice.size > 0 ? choice.list() : this.taken(cursor.active?.row ?? -1);
    const ids = ticked?.filter((id) => id > 0) ?? [];
    if (ids.length > 0) this.hooks.onAskGroup(ids);
    else this.hooks.onNotice(i18next.t(ticked ? 'byHand:moveUnmade' : 'byHand:moveAll'));
  }

  /** Gives rows the values of a group. Says whether it may be. */
  intoGroup(ids: number[], group: readonly GroupHead[], place: Beside | null): boolean {
    const { source, painter } = this.parts;
    const wanted = regrouping(source, painter.groupedBy, painter.context, ids, group);
    if (wanted.refusal === null) this.hooks.onRegroup(wanted, place);
    else this.hooks.onNotice(wanted.refusal);
    return wanted.refusal === null;
  }

  get isGrouped(): boolean {
    return this.parts.painter.groupedBy.length > 0;
  }

  /** The group that a row is of, or the head of, where not all of some rows are in it already. */
  private otherGroup(ids: readonly number[], row: number): readonly GroupHead[] | null {
    const { source } = this.parts;
    const group = source.groupsAt?.(row) ?? [];
    const key = group.at(-1)?.key;
    const isIn = (id: number) => {
      const at = source.find(id);
      return at !== undefined && source.groupsAt?.(at).some((one) => one.key === key);
    };
    return key === undefined || ids.every(isIn) ? null : group;
  }

  /** Says whether rows can be taken elsewhere, and tells the person why not. */
  allowed(): boolean {
    const refusal = this.parts.painter.editable
      ? this.isGrouped
        ? null
        : this.refusal
      : i18next.t('byHand:moveReadonly');
    if (refusal !== null) this.hooks.onNotice(refusal);
    return refusal === null;
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
