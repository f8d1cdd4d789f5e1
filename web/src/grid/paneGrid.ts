import { type Column, SlickEventData, SlickGrid } from 'slickgrid';

/** Pixels beyond each side for which columns are made ready. SlickGrid's own choice, a whole screen, triples the work. */
const SIDE_BUFFER = 200;
/** Milliseconds after a jump in which only the rows in sight are painted: those around them come when it is quiet. */
const SPARSE_MS = 250;
/** What an event answers that nobody listens to. */
const UNHEARD = new SlickEventData();

/** SlickGrid as we use it: panes, virtual rows and columns, resizable headers. Cursor, keys and editing are ours. */
export class PaneGrid extends SlickGrid<object, Column> {
  /** Told before rows are painted, so that missing ones are asked for meanwhile. */
  beforeRows: (() => void) | undefined;
  private sparseUntil = 0;
  private fillTimer: ReturnType<typeof setTimeout> | undefined;

  override render(): void {
    this.beforeRows?.();
    const seen = this.getVisibleRange();
    if (!this.rowsCache[seen.top] && !this.rowsCache[seen.bottom]) {
      this.sparseUntil = performance.now() + SPARSE_MS;
      clearTimeout(this.fillTimer);
      this.fillTimer = setTimeout(() => this.render(), SPARSE_MS + 10);
    }
    super.render();
  }

  override destroy(shouldDestroyAllElements?: boolean): void {
    clearTimeout(this.fillTimer);
    super.destroy(shouldDestroyAllElements);
  }

  /** SlickGrid makes an event for every cell that it paints. */
  protected override trigger<Args>(event: Parameters<SlickGrid['trigger']>[0], args?: Args, from?: Event) {
    if (event === this.onBeforeAppendCell && this.onBeforeAppendCell.subscriberCount === 0) return UNHEARD;
    return super.trigger(event, args, from);
  }

  /** The focus belongs to the input line; SlickGrid would give it to a hidden element of its own after each click. */
  protected override setFocus(): void {}

  /** SlickGrid restores the page's old text selection after a click, which takes the caret out of the input line. */
  protected override setTextSelection(): void {}

  override getRenderedRange(top?: number, left?: number) {
    const range = super.getRenderedRange(top, left);
    const seen = this.getVisibleRange(top, left);
    range.leftPx = Math.max(range.leftPx, seen.leftPx - SIDE_BUFFER);
    range.rightPx = Math.min(range.rightPx, seen.rightPx + SIDE_BUFFER);
    if (performance.now() < this.sparseUntil) {
      range.top = Math.max(range.top, seen.top - 1);
      range.bottom = Math.min(range.bottom, seen.bottom + 1);
    }
    return range;
  }

  /** How many rows stay at the top while the others scroll. */
  get frozenRows(): number {
    return this.hasFrozenRows ? this.actualFrozenRow : 0;
  }

  /** SlickGrid counts as if the rows that stay were scrolled away. */
  override getVisibleRange(top?: number, left?: number) {
    const range = super.getVisibleRange(top, left);
    range.top += this.frozenRows;
    return range;
  }

  /** In a table so long that SlickGrid shifts it, the rows that stay are not shifted. */
  protected override getRowTop(row: number): number {
    return super.getRowTop(row) + (row < this.frozenRows ? this.offset : 0);
  }

  /** Scrolls on by so many pixels, all panes in the same frame: the event would come one frame after the first of them. */
  moveBy(right: number, down: number): void {
    this.scroller.scrollLeft += right;
    this.scroller.scrollTop += down;
    this.handleScroll();
  }

  /** The element whose scroll bars move the rows. */
  get scroller(): HTMLElement {
    return this._viewportScrollContainerY;
  }
}
