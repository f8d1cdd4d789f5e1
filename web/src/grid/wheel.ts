import type { Sheet } from './sheet';

/**
 * Scrolling by wheel and by finger. SlickGrid remaps large steps once the rows need more than 16 million pixels, which
 * skips thousands of rows; a step of at most one screen a frame stays exact. It also serves the frozen columns, which
 * by themselves do not scroll. Returns the way to stop.
 */
export function bindScrolling(sheet: Sheet, wrapper: HTMLElement): () => void {
  let waiting = 0;
  let frame = 0;

  const step = () => {
    const { scroller } = sheet.grid;
    const most = Math.max(40, scroller.clientHeight - 60);
    const distance = Math.max(-most, Math.min(most, waiting));
    waiting -= distance;
    scroller.scrollTop += distance;
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
    sheet.grid.scroller.scrollLeft += (sideways ? event.deltaY : event.deltaX) * unit;
    if (!sideways && event.deltaY !== 0) scrollRows(event.deltaY * unit);
  };

  let touchY = 0;
  const onTouchStart = (event: TouchEvent) => {
    touchY = event.touches[0]?.clientY ?? 0;
  };
  const onTouchMove = (event: TouchEvent) => {
    const y = event.touches[0]?.clientY ?? touchY;
    sheet.grid.scroller.scrollTop += touchY - y;
    touchY = y;
    event.preventDefault();
  };

  const frozen = sheet.grid.getViewportNode(0, 0) as HTMLElement;
  wrapper.addEventListener('wheel', onWheel, { passive: false });
  frozen.addEventListener('touchstart', onTouchStart, { passive: true });
  frozen.addEventListener('touchmove', onTouchMove, { passive: false });
  return () => {
    cancelAnimationFrame(frame);
    wrapper.removeEventListener('wheel', onWheel);
    frozen.removeEventListener('touchstart', onTouchStart);
    frozen.removeEventListener('touchmove', onTouchMove);
  };
}
