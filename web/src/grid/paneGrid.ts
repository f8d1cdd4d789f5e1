import { type Column, SlickGrid } from 'slickgrid';

/** Pixels beyond each side for which columns are made ready. SlickGrid's own choice, a whole screen, triples the work. */
const SIDE_BUFFER = 200;

/** SlickGrid as we use it: panes, virtual rows and columns, resizable headers. Cursor, keys and editing are ours. */
export class PaneGrid extends SlickGrid<object, Column> {
  /** The focus belongs to the input line; SlickGrid would give it to a hidden element of its own after each click. */
  protected override setFocus(): void {}

  /** SlickGrid restores the page's old text selection after a click, which takes the caret out of the input line. */
  protected override setTextSelection(): void {}

  override getRenderedRange(top?: number, left?: number) {
    const range = super.getRenderedRange(top, left);
    const seen = this.getVisibleRange(top, left);
    range.leftPx = Math.max(range.leftPx, seen.leftPx - SIDE_BUFFER);
    range.rightPx = Math.min(range.rightPx, seen.rightPx + SIDE_BUFFER);
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
