import { type Column, SlickGrid } from 'slickgrid';

/** SlickGrid as we use it: panes, virtual rows and columns, resizable headers. Cursor, keys and editing are ours. */
export class PaneGrid extends SlickGrid<object, Column> {
  /** The focus belongs to the input line; SlickGrid would give it to a hidden element of its own after each click. */
  protected override setFocus(): void {}

  /** SlickGrid restores the page's old text selection after a click, which takes the caret out of the input line. */
  protected override setTextSelection(): void {}

  /** The element whose scroll bars move the rows. */
  get scroller(): HTMLElement {
    return this._viewportScrollContainerY;
  }

  /** How far the rows are moved inside the canvas where they are too many pixels for one (above 16 million). */
  get pageOffset(): number {
    return this.offset;
  }
}
