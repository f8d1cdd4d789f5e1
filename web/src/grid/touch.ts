import type { GridController } from './controller';

const LONG_MS = 500;
/** Pixels that a resting finger may stray. */
const STRAY = 10;

/** A finger that rests on a cell chooses it and opens its menu; not every browser says so by itself. Returns the way to stop. */
export function bindTouch(controller: GridController): () => void {
  const { sheet, cursor, editing, line } = controller;
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rested = false;
  let x = 0;
  let y = 0;

  const leave = () => clearTimeout(timer);
  const rest = (target: EventTarget | null) => {
    const place = sheet.placeOf(target);
    if (!place || place.column < 0 || editing.isAddLine(place.row)) return;
    rested = true;
    editing.commit();
    cursor.goTo(place, { scroll: false });
    line.focus();
    controller.requestMenu('cell', new DOMRect(x, y, 0, 0));
  };
  const stray = ({ touches: [touch] }: TouchEvent) => {
    if (touch && Math.hypot(touch.clientX - x, touch.clientY - y) > STRAY) leave();
  };
  const lift = (event: TouchEvent) => {
    leave();
    // The click that would follow closes the menu again.
    if (rested) event.preventDefault();
  };
  sheet.host.addEventListener(
    'touchstart',
    (event) => {
      leave();
      rested = false;
      const touch = event.touches.length === 1 ? event.touches[0] : undefined;
      const cell = event.target as HTMLElement;
      if (!touch) return;
      // A cell that is painted anew meanwhile is the only one that hears of its finger.
      cell.addEventListener('touchmove', stray, { passive: true });
      cell.addEventListener('touchcancel', leave);
      cell.addEventListener('touchend', lift, { passive: false });
      x = touch.clientX;
      y = touch.clientY;
      timer = setTimeout(() => rest(event.target), LONG_MS);
    },
    { signal: stop.signal, passive: true },
  );
  return () => {
    leave();
    stop.abort();
  };
}
