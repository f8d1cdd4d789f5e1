import type { Act } from './keys';
import {
  type Bounds,
  type CellRange,
  cellCount,
  clampPlace,
  nextInOrder,
  nextWithin,
  type Place,
  rangeBetween,
} from './selection';

/** What a move needs to know of the grid. */
export interface Ground {
  /** Rows and columns one can stand on; the line to add a row counts. */
  bounds(): Bounds;
  /** Rows that can be part of a selection. */
  rows(): number;
  rowsInSight(): number;
  scrollTo(place: Place): void;
  /** Sideways to where the first columns that scroll are seen, with `rows` also up to the first such rows. */
  scrollHome(rows: boolean): void;
}

/**
 * The active cell and the range around it. The active cell is the corner that stays while a selection grows; Enter and
 * Tab lead it from cell to cell within a range, which stays.
 */
export class Cursor {
  private place: Place | null = null;
  /** The corner of the selection that stays while it grows. */
  private corner: Place | null = null;
  private head: Place | null = null;
  /** The column in which a row of Tabs began: Enter goes back to it, one row on. */
  private tabFrom: number | null = null;
  private readonly ground: Ground;
  private readonly changed: () => void;

  constructor(ground: Ground, changed: () => void) {
    this.ground = ground;
    this.changed = changed;
  }

  get active(): Place | null {
    return this.place;
  }

  /** The corner of the selection that moves while it grows. */
  get moving(): Place | null {
    return this.head;
  }

  get range(): CellRange | null {
    return this.corner && this.head && rangeBetween(this.corner, this.head);
  }

  /** The selection where it is more than one cell. */
  get several(): CellRange | null {
    const { range } = this;
    return range && cellCount(range) > 1 ? range : null;
  }

  /** Makes a cell the active one, or with `extend` the other corner of the selection. */
  goTo(wanted: Place, options: { extend?: boolean; scroll?: boolean } = {}): void {
    const bounds = this.ground.bounds();
    if (bounds.rows === 0 || bounds.columns === 0) return;
    this.tabFrom = null;
    if (options.extend && this.place) {
      this.corner = this.place;
      this.head = clampPlace(wanted, { rows: this.ground.rows(), columns: bounds.columns });
    } else {
      this.place = clampPlace(wanted, bounds);
      this.corner = this.place;
      this.head = this.place;
    }
    if (options.scroll !== false) this.ground.scrollTo(this.head);
    this.changed();
  }

  /** Selects from corner to corner without scrolling; `active` is the first corner. */
  select(active: Place, head: Place): void {
    this.tabFrom = null;
    this.place = clampPlace(active, this.ground.bounds());
    this.corner = this.place;
    this.head = clampPlace(head, this.ground.bounds());
    this.changed();
  }

  /** One cell again. Says whether more than one was selected. */
  collapse(): boolean {
    const several = this.several !== null;
    this.corner = this.place;
    this.head = this.place;
    if (several) this.changed();
    return several;
  }

  /** Back onto cells that exist, after rows or columns went away. */
  settle(): void {
    if (!this.place || !this.corner || !this.head) return;
    const bounds = this.ground.bounds();
    if (bounds.rows === 0 || bounds.columns === 0) {
      this.place = null;
      this.corner = null;
      this.head = null;
    } else {
      this.place = clampPlace(this.place, bounds);
      this.corner = clampPlace(this.corner, bounds);
      this.head = clampPlace(this.head, bounds);
    }
    this.changed();
  }

  /** Carries out a movement. False: there was nowhere to go, as with Tab in the last cell. */
  perform(act: Act): boolean {
    const { place, head } = this;
    if (!place || !head) return false;
    switch (act.act) {
      case 'move':
        this.goFrom(act.extend, act.rows, act.columns);
        return true;
      case 'page':
        this.goFrom(act.extend, act.step * Math.max(1, this.ground.rowsInSight() - 1), 0);
        return true;
      case 'edge':
        this.goTo(this.edge(act.extend ? head : place, act.to), { extend: act.extend });
        // What is frozen is always in sight; going home means what is beside it too.
        if (act.to === 'rowStart' || act.to === 'first') this.ground.scrollHome(act.to === 'first');
        return true;
      case 'enter':
        if (this.goWithin(act.step, 'down')) return true;
        this.goTo({ row: place.row + act.step, column: this.tabFrom ?? place.column });
        return true;
      case 'next': {
        if (this.goWithin(act.step, 'right')) return true;
        const next = nextInOrder(place, act.step, this.ground.bounds());
        const from = this.tabFrom ?? place.column;
        if (next) this.goTo(next);
        this.tabFrom = from;
        return next !== null;
      }
      default:
        return false;
    }
  }

  private goFrom(extend: boolean, rows: number, columns: number): void {
    const from = extend ? this.head : this.place;
    if (from) this.goTo({ row: from.row + rows, column: from.column + columns }, { extend });
  }

  /** On to the next cell of several that are selected, after the last one to the first. */
  private goWithin(step: 1 | -1, way: 'down' | 'right'): boolean {
    const { place, several } = this;
    if (!place || !several) return false;
    this.place = nextWithin(several, place, step, way);
    this.ground.scrollTo(this.place);
    this.changed();
    return true;
  }

  private edge(from: Place, to: Extract<Act, { act: 'edge' }>['to']): Place {
    const lastRow = this.ground.rows() - 1;
    const lastColumn = this.ground.bounds().columns - 1;
    switch (to) {
      case 'rowStart':
        return { row: from.row, column: 0 };
      case 'rowEnd':
        return { row: from.row, column: lastColumn };
      case 'first':
        return { row: 0, column: 0 };
      case 'last':
        return { row: lastRow, column: lastColumn };
    }
  }
}
