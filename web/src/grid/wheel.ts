import type { Sheet } from './sheet';

/**
 * Scrolling by wheel and by finger. SlickGrid remaps large steps once the rows need more than 16 million pixels, which
 * skips thousands of rows; a step of at most one screen a frame stays exact. It also serves the columns and rows
 * that are frozen, which by themselves do not scroll. Returns the way to stop.
 */
export function bindScrolling(sheet: Sheet, wrapper: HTMLElement): () => void {
  let waiting = 0;
  let frame = 0;

  const step = () => {
    const most = Math.max(40, sheet.grid.scroller.clientHeight - 60);
    const distance = Math.max(-most, Math.min(most, waiting));
    waiting -= distance;
    sheet.grid.moveBy(0, distance);
    frame = Math.abs(waiting) >= 1 ? requestAnimationFrame(step) : 0;
  };
  const scrollRows = (pixels: number) => {
    waiting += pixels;
    frame ||= requestAnimationFrame(step);
  };

  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey) return; // zooms the page
    event.preventDefault();
    const unit = [1, sheet.view.rowHeight, sheet.grid.scroller.clientHeight][event.deltaMode] ?? 1;
    const sideways = event.shiftKey && event.deltaX === 0;
    sheet.grid.moveBy((sideways ? event.deltaY : event.deltaX) * unit, 0);
    if (!sideways && event.deltaY !== 0) scrollRows(event.deltaY * unit);
  };

  let before: Touch | undefined;
  const onTouch = ({ touches: [touch] }: TouchEvent) => {
    if (touch && before) sheet.grid.moveBy(before.clientX - touch.clientX, before.clientY - touch.clientY);
    before = touch;
  };
  const onTouchStart = ({ target, touches: [touch] }: TouchEvent) => {
    before = touch;
    const cell = target as HTMLElement;
    // The style of the panes that do not scroll leaves what the finger does to us. Its row may be scrolled away under
    // it: then nobody else hears of it.
    if (!sheet.grid.scroller.contains(cell)) cell.addEventListener('touchmove', onTouch, { passive: true });
  };

  /** Whoever presses something goes on from there: what is left of a long turn of the wheel would take it away. */
  const rest = () => {
    waiting = 0;
  };

  const stop = new AbortController();
  const { signal } = stop;
  wrapper.addEventListener('keydown', rest, { capture: true, signal });
  wrapper.addEventListener('mousedown', rest, { capture: true, signal });
  wrapper.addEventListener('wheel', onWheel, { passive: false, signal });
  sheet.host.addEventListener('touchstart', onTouchStart, { passive: true, signal });
  return () => {
    cancelAnimationFrame(frame);
    stop.abort();
  };
}
