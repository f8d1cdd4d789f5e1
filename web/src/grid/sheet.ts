import type { Column } from 'slickgrid';
import type { Field, RowHeight, Sort } from '@/api/types';
import { isRightAligned } from '@/fields/format';
import { markHeader, paintHeader, paintHeaderBox } from './header';
import { defaultWidth, MAX_WIDTH, MIN_WIDTH } from './layout';
import type { CellPainter } from './painter';
import { PaneGrid } from './paneGrid';
import type { CellRange } from './selection';
import type { RowSource, RowSpan } from './source';

/** The id of the column before all fields: row number, box, way to open. */
export const ROW_HEAD = '#';
/** What must be left for the columns that scroll; on a narrow page fewer columns freeze than were asked. */
const LEAST_SCROLLING_WIDTH = 160;
/** The part of the height under the header that rows may take which stay; in a small window fewer do than were asked. */
const MOST_STAYING = 0.6;
const HEADER_HEIGHT = 35;
/** Rows to have before they are seen. */
const ROWS_ABOVE = 20;
const ROWS_BELOW = 40;
const PLAIN_ROW = Object.freeze({});

/** What the columns are to be like; `fields` are the shown ones in order. */
export interface SheetView {
  fields: readonly Field[];
  widths: Readonly<Record<string, number>>;
  frozen: number;
  /** Rows that stay at the top. */
  frozenRows: number;
  rowHeight: RowHeight;
  sort: readonly Sort[];
  /** Keys of fields that a filter is on. */
  filtered: readonly string[];
  /** A line below the last row to add a record by. */
  addLine: boolean;
}

interface SheetHooks {
  /** The whole grid was laid out or scrolled: whatever lies over cells must be placed anew. */
  onMoved: () => void;
  onResized: (key: string, width: number) => void;
  /** A column is to be as wide as what it shows. */
  onFitted: (key: string) => void;
  isChosen: (row: number) => boolean;
}

/** The panes with their rows and columns, over a sparse source: painting, geometry, scrolling. Knows no cursor. */
export class Sheet {
  readonly grid: PaneGrid;
  readonly host: HTMLElement;
  view: SheetView;
  private readonly source: RowSource;
  private readonly painter: CellPainter;
  private readonly hooks: SheetHooks;
  private frozen: number;
  private readonly dirty = new Set<number>();
  private frame = 0;
  private readonly resizes: ResizeObserver;
  private readonly stopListening: () => void;

  constructor(host: HTMLElement, source: RowSource, painter: CellPainter, view: SheetView, hooks: SheetHooks) {
    this.host = host;
    this.source = source;
    this.painter = painter;
    this.view = view;
    this.hooks = hooks;
    this.frozen = this.frozenThatFit();
    this.grid = new PaneGrid(
      host,
      { getLength: () => this.rowCount, getItem: () => PLAIN_ROW, getItemMetadata: (row) => this.rowClasses(row) },
      this.columns(),
      {
        rowHeight: view.rowHeight,
        frozenColumn: this.frozen,
        frozenRow: this.rowsThatStay(),
        // Widths are checked by `frozenThatFit`; SlickGrid would alert().
        skipFreezeColumnValidation: true,
        enableCellNavigation: false,
        enableColumnReorder: false,
        enableHtmlRendering: false,
        enableMouseWheelScrollHandler: false,
        scrollRenderThrottling: 0,
        suppressCssChangesOnHiddenInit: true,
        autoScrollOnColumnResize: false,
      },
    );
    for (const node of host.querySelectorAll('[tabindex="0"]')) node.removeAttribute('tabindex');
    this.listen();
    this.stopListening = source.subscribe((changed) => this.sourceChanged(changed));
    this.resizes = new ResizeObserver(() => this.resize());
    this.resizes.observe(host);
    this.describe();
    this.ensureRows();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.resizes.disconnect();
    this.stopListening();
    this.grid.destroy(true);
  }

  /** Rows of the source and the line to add one. */
  get rowCount(): number {
    return this.source.length + (this.view.addLine ? 1 : 0);
  }

  /** Room for the box and the longest row number. */
  private get rowHeadWidth(): number {
    return 40 + 8 * Math.max(4, String(this.source.length).length);
  }

  get frozenColumns(): number {
    return this.frozen;
  }

  /** How many rows stay at the top. */
  get frozenRows(): number {
    return this.grid.frozenRows;
  }

  setView(view: SheetView): void {
    const before = this.view;
    this.view = view;
    const frozen = this.frozenThatFit();
    if (view.rowHeight !== before.rowHeight) {
      this.grid.setOptions({ rowHeight: view.rowHeight }, true, true);
    }
    if (frozen !== this.frozen) {
      this.frozen = frozen;
      this.grid.setOptions({ frozenColumn: frozen }, true, true);
    }
    const left = this.grid.scroller.scrollLeft;
    const scrolled = (this.grid.getViewport().top - this.frozenRows) * view.rowHeight;
    const staying = this.rowsThatStay();
    const halved = staying !== this.frozenRows;
    if (halved) this.grid.setOptions({ frozenRow: staying }, true, true);
    this.grid.setColumns(this.columns());
    // Other panes scroll the rows now.
    if (halved) this.grid.scrollTo(scrolled);
    this.grid.invalidate();
    this.grid.scroller.scrollLeft = left;
    this.describe();
    this.hooks.onMoved();
  }

  /** Whether the columns look as asked already; a column that was just resized by hand does. */
  shows(view: SheetView): boolean {
    const { fields, frozen, frozenRows, rowHeight, addLine } = this.view;
    return (
      fields.length === view.fields.length &&
      fields.every((field, place) => field === view.fields[place]) &&
      fields.every((field) => (view.widths[field.key] ?? defaultWidth(field)) === this.widthOf(field.key)) &&
      frozen === view.frozen &&
      frozenRows === view.frozenRows &&
      rowHeight === view.rowHeight &&
      addLine === view.addLine
    );
  }

  /** Sort arrows and filter marks only. */
  setMarks(sort: readonly Sort[], filtered: readonly string[]): void {
    this.view = { ...this.view, sort, filtered };
    for (const field of this.view.fields) {
      const node = this.headerOf(field.key);
      if (node) markHeader(node, field, this.view, this.painter.context);
    }
  }

  headerOf(key: string): HTMLElement | undefined {
    return this.grid.getHeaderColumn(key) as HTMLElement | undefined;
  }

  widthOf(key: string): number {
    return this.grid.getColumns()[this.grid.getColumnIndex(key)]?.width ?? 0;
  }

  /** Paints rows again in the next frame, once however often it is asked. */
  repaint(rows: Iterable<number>): void {
    const painted = this.grid.getRowCache();
    for (const row of rows) if (painted[row]) this.dirty.add(row);
    if (this.dirty.size === 0 || this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.grid.invalidateRows([...this.dirty]);
      this.dirty.clear();
      this.grid.render();
      this.hooks.onMoved();
    });
  }

  repaintAll(): void {
    this.grid.invalidate();
    this.describe();
    this.hooks.onMoved();
  }

  /** Row numbers that are painted, the ones just out of sight included. */
  rendered(): number[] {
    return Object.keys(this.grid.getRowCache()).map(Number);
  }

  /** How many whole rows are in sight. */
  get rowsInSight(): number {
    return Math.max(1, Math.floor(this.grid.scroller.clientHeight / this.view.rowHeight));
  }

  scrollTo(row: number, column: number): void {
    this.grid.scrollCellIntoView(row, column + 1, false);
  }

  canvasOf(row: number, column: number): HTMLElement {
    return this.grid.getCanvasNode(column + 1, row) as HTMLElement;
  }

  /** A cell in pixels of its canvas; `column` -1 is the row head. */
  boxOf(row: number, column: number): { top: number; left: number; right: number; bottom: number } {
    const box = this.grid.getCellNodeBox(row, column + 1) ?? { top: 0, left: 0, right: 0 };
    return { top: box.top, left: box.left, right: box.right, bottom: box.top + this.view.rowHeight };
  }

  /** A cell in pixels of the window. */
  rectOf(row: number, column: number): DOMRect {
    const box = this.boxOf(row, column);
    const canvas = this.canvasOf(row, column).getBoundingClientRect();
    return new DOMRect(canvas.left + box.left, canvas.top + box.top, box.right - box.left, box.bottom - box.top);
  }

  /** The part of the window in which the cells of a cell's pane can be seen, without scroll bars. */
  paneOf(row: number, column: number): DOMRect {
    const viewport = this.grid.getViewportNode(column + 1, row) as HTMLElement;
    const { left, top } = viewport.getBoundingClientRect();
    return new DOMRect(left, top, viewport.clientWidth, viewport.clientHeight);
  }

  /** From a cell's pane to the end: it and the panes that scroll under it. */
  from(row: number, column: number): DOMRect {
    const { left, top } = this.paneOf(row, column);
    const { right, bottom } = this.paneOf(this.frozenRows, this.frozen);
    return new DOMRect(left, top, right - left, bottom - top);
  }

  /** All panes together. */
  get body(): DOMRect {
    return this.from(0, -1);
  }

  /** The place that an event happened at; column -1 is the row head. */
  placeOf(target: EventTarget | null): { row: number; column: number } | null {
    const cell = target instanceof Element ? target.closest('.slick-cell') : null;
    const row = cell?.parentElement?.dataset.row;
    return row === undefined ? null : { row: Number(row), column: Number(cell?.getAttribute('aria-colindex')) - 2 };
  }

  /** Both halves of a painted row. */
  rowNodes(row: number): HTMLElement[] {
    return this.grid.getRowCache()[row]?.rowNode ?? [];
  }

  /** Whether a row is painted near enough to be seen. */
  isInSight(row: number): boolean {
    const { top, bottom } = this.grid.getViewport();
    return row < this.frozenRows || (row >= top - 1 && row <= bottom + 1);
  }

  /** What of a range is in each pane, as far as it is near the part in sight. */
  pieces({ top, bottom, left, right }: CellRange): CellRange[] {
    const { frozenRows, frozen } = this;
    const seen = this.grid.getViewport();
    const rows = [
      [top, Math.min(bottom, frozenRows - 1)],
      [Math.max(top, frozenRows, seen.top - 2), Math.min(bottom, seen.bottom + 2)],
    ] as const;
    const columns = [
      [left, Math.min(right, frozen - 1)],
      [Math.max(left, frozen), right],
    ] as const;
    return rows
      .flatMap(([first, last]) => columns.map(([from, to]) => ({ top: first, bottom: last, left: from, right: to })))
      .filter((piece) => piece.top <= piece.bottom && piece.left <= piece.right);
  }

  /** The width at which the painted cells of a column, and its name, are not cut. */
  fittingWidth(key: string): number {
    const field = this.view.fields.find((one) => one.key === key);
    const measure = document.createElement('div');
    measure.className = 'kg-measure';
    for (const row of this.rendered()) {
      if (field && row < this.source.length && !this.source.get(row)?.head) {
        measure.append(this.painter.paint(row, field, false).html);
      }
    }
    const name = this.headerOf(key)?.querySelector('.kg-name');
    this.host.append(measure);
    let width = 0;
    for (const content of measure.children) width = Math.max(width, content.getBoundingClientRect().width + 18);
    if (name) {
      measure.replaceChildren(name.cloneNode(true));
      width = Math.max(width, (measure.firstElementChild?.getBoundingClientRect().width ?? 0) + 48);
    }
    measure.remove();
    return Math.ceil(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width)));
  }

  private listen(): void {
    const { grid } = this;
    grid.beforeRows = () => this.ensureRows();
    grid.onScroll.subscribe(() => this.hooks.onMoved());
    grid.onRendered.subscribe(() => this.numberRows());
    grid.onHeaderCellRendered.subscribe((_event, { node, column }) => this.paintHeaderOf(node, String(column.id)));
    grid.onColumnsResized.subscribe((_event, { triggeredByColumn: key }) => {
      this.hooks.onResized(key, this.widthOf(key));
      this.hooks.onMoved();
    });
    grid.onColumnsResizeDblClick.subscribe((_event, { triggeredByColumn: key }) => {
      this.hooks.onFitted(key);
    });
    // The first headers were made before anybody listened.
    for (const column of grid.getColumns()) {
      const node = this.headerOf(String(column.id));
      if (node) this.paintHeaderOf(node, String(column.id));
    }
  }

  private paintHeaderOf(node: HTMLElement, key: string): void {
    const place = this.view.fields.findIndex((field) => field.key === key);
    const field = this.view.fields[place];
    node.setAttribute('aria-colindex', String(place + 2));
    if (!field) {
      paintHeaderBox(node, this.painter.context);
      return;
    }
    paintHeader(node, field, this.painter.context);
    markHeader(node, field, this.view, this.painter.context);
  }

  private columns(): Column[] {
    const rowHead: Column = {
      id: ROW_HEAD,
      field: ROW_HEAD,
      name: '',
      width: this.rowHeadWidth,
      resizable: false,
      cellAttrs: { 'aria-colindex': '1' },
      formatter: (row) => this.painter.paintRowHead(row),
    };
    const fields = this.view.fields.map(
      (field, place): Column => ({
        id: field.key,
        field: field.key,
        name: field.label,
        width: this.view.widths[field.key] ?? defaultWidth(field),
        minWidth: MIN_WIDTH,
        maxWidth: MAX_WIDTH,
        headerCssClass: isRightAligned(field) ? 'kg-header-right' : '',
        cellAttrs: { 'aria-colindex': String(place + 2) },
        formatter: (row) => this.painter.paint(row, field, place === 0),
      }),
    );
    return [rowHead, ...fields];
  }

  private frozenThatFit(): number {
    const { fields, widths, frozen } = this.view;
    let left = (this.host.clientWidth || Number.POSITIVE_INFINITY) - this.rowHeadWidth - LEAST_SCROLLING_WIDTH;
    let count = 0;
    for (const field of fields.slice(0, Math.min(frozen, fields.length - 1))) {
      left -= widths[field.key] ?? defaultWidth(field);
      if (left < 0) break;
      count += 1;
    }
    return count;
  }

  private rowsThatStay(): number {
    const { frozenRows, rowHeight } = this.view;
    const room = ((this.host.clientHeight || Number.POSITIVE_INFINITY) - HEADER_HEIGHT) * MOST_STAYING;
    return Math.min(frozenRows, this.source.length, Math.floor(room / rowHeight));
  }

  private rowClasses(row: number) {
    if (row >= this.source.length) return { cssClasses: 'kg-add-line' };
    const head = this.source.get(row)?.head;
    if (head) return { cssClasses: `kg-group kg-group-${head.level}` };
    return this.hooks.isChosen(row) ? { cssClasses: 'kg-chosen' } : {};
  }

  private sourceChanged(changed: RowSpan | 'all'): void {
    if (changed === 'all') {
      if (this.rowHeadWidth !== this.widthOf(ROW_HEAD) || this.rowsThatStay() !== this.frozenRows) {
        this.setView(this.view);
      } else this.repaintAll();
      this.ensureRows();
      return;
    }
    this.repaint(this.rendered().filter((row) => row >= changed[0] && row <= changed[1]));
  }

  private ensureRows(): void {
    const { top, bottom } = this.grid.getViewport();
    this.source.ensure(Math.max(0, top - ROWS_ABOVE), bottom + ROWS_BELOW, this.frozenRows);
  }

  private resize(): void {
    if (this.host.clientWidth === 0) return;
    if (this.frozenThatFit() !== this.frozen || this.rowsThatStay() !== this.frozenRows) this.setView(this.view);
    this.grid.resizeCanvas();
    this.hooks.onMoved();
  }

  private describe(): void {
    this.host.style.setProperty('--kg-row-height', `${this.view.rowHeight}px`);
    this.host.dataset.rowHeight = String(this.view.rowHeight);
    this.host.setAttribute('aria-rowcount', String(this.rowCount + 1));
    this.host.setAttribute('aria-colcount', String(this.view.fields.length + 1));
    this.host.classList.toggle('kg-halved', this.frozenRows > 0);
    // SlickGrid makes every pane a stop of the Tab key; one is enough. Whatever can have the focus needs a role in a grid.
    for (const node of this.host.querySelectorAll<HTMLElement>('.slick-pane-header, .slick-viewport')) {
      node.tabIndex = node === this.grid.scroller ? 0 : -1;
      node.setAttribute('role', 'rowgroup');
    }
  }

  private numberRows(): void {
    for (const [row, cached] of Object.entries(this.grid.getRowCache())) {
      for (const node of cached.rowNode ?? []) {
        if (!node.hasAttribute('aria-rowindex')) node.setAttribute('aria-rowindex', String(Number(row) + 2));
      }
    }
  }
}
