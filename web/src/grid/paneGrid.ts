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

  /** The element whose scroll bars move the rows. */
  get scroller(): HTMLElement {
    return this._viewportScrollContainerY;
  }
}
