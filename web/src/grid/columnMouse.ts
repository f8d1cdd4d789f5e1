import type { GridController } from './controller';
import { ROW_HEAD } from './sheet';

interface ColumnHooks {
  onMoveColumn: (key: string, place: number) => void;
}

/** Pixels a pressed header must move before it is a drag and no click. */
const DRAG_START = 6;
const EDGE = 48;
const SCROLL_STEP = 12;

/** The mouse over headers: select a column, open its menu, drag it to another place. Returns the way to stop. */
export function bindColumns(controller: GridController, hooks: ColumnHooks): () => void {
  const { sheet, wrapper, line } = controller;
  const stop = new AbortController();
  const { signal } = stop;
  let stopDrag = () => {};

  const keyOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('.slick-header-column')?.dataset.id : undefined;

  function press(event: MouseEvent): void {
    const target = event.target as Element;
    const key = keyOf(target);
    if (key === undefined || event.button !== 0 || target.closest('.slick-resizable-handle')) return;
    event.preventDefault();
    controller.editing.commit();
    if (key === ROW_HEAD) {
      controller.rows.chooseFirst();
      line.focus();
    } else if (target.closest('.kg-menu-button')) {
      openMenu(key);
    } else {
      startDrag(key, event.clientX, event.shiftKey);
    }
  }

  /** Columns that are chosen together stay so under their menu; any other one becomes the active cell's. */
  function openMenu(key: string, at?: DOMRect): void {
    if (controller.columns.with(key).length === 1) {
      const row = controller.cursor.active?.row ?? sheet.grid.getViewport().top;
      controller.cursor.goTo({ row, column: indexOf(key) }, { scroll: false });
    }
    controller.requestColumnMenu(key, at);
  }

  /** A line shows where the column would go; it goes there when the button is let go. */
  function startDrag(key: string, startX: number, extend: boolean): void {
    stopDrag();
    const drag = new AbortController();
    const line = document.createElement('div');
    line.className = 'kg-drop-line';
    let place: number | null = null;
    let frame = 0;
    let x = startX;

    const follow = () => {
      frame = 0;
      const { scroller } = sheet.grid;
      const area = scroller.getBoundingClientRect();
      const step = x > area.right - EDGE ? SCROLL_STEP : x < area.left + EDGE && x > area.left ? -SCROLL_STEP : 0;
      scroller.scrollLeft += step;
      const gap = gapAt(x, key);
      place = gap.place;
      line.style.left = `${gap.x - wrapper.getBoundingClientRect().left}px`;
      if (step !== 0) frame = requestAnimationFrame(follow);
    };
    const onMove = (event: MouseEvent) => {
      if (event.buttons === 0) {
        finish();
        return;
      }
      x = event.clientX;
      if (!line.isConnected && Math.abs(x - startX) < DRAG_START) return;
      if (!line.isConnected) {
        wrapper.append(line);
        wrapper.classList.add('kg-dragging');
        sheet.headerOf(key)?.classList.add('kg-dragged');
      }
      frame ||= requestAnimationFrame(follow);
    };
    const finish = () => {
      const dragged = line.isConnected;
      const to = place;
      stopDrag();
      if (!dragged) {
        controller.columns.select(key, extend);
        controller.line.focus();
      } else if (to !== null && to !== indexOf(key)) hooks.onMoveColumn(key, to);
    };
    stopDrag = () => {
      cancelAnimationFrame(frame);
      drag.abort();
      line.remove();
      wrapper.classList.remove('kg-dragging');
      sheet.headerOf(key)?.classList.remove('kg-dragged');
    };
    document.addEventListener('mousemove', onMove, { signal: drag.signal });
    document.addEventListener('mouseup', finish, { signal: drag.signal });
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Escape') stopDrag();
      },
      { signal: drag.signal, capture: true },
    );
  }

  const indexOf = (key: string) => sheet.view.fields.findIndex((field) => field.key === key);

  /** The gap between columns nearest to `x`: where its line is, and the place the column would get. */
  function gapAt(x: number, dragged: string): { x: number; place: number } {
    let best = { x: 0, place: 0, distance: Number.POSITIVE_INFINITY };
    const { left: scrollingLeft } = sheet.grid.scroller.getBoundingClientRect();
    let place = 0;
    for (const [index, field] of sheet.view.fields.entries()) {
      const rect = sheet.headerOf(field.key)?.getBoundingClientRect();
      if (!rect) continue;
      for (const [edge, at] of [
        [rect.left, place],
        [rect.right, field.key === dragged ? place : place + 1],
      ] as const) {
        // Headers that are scrolled under the frozen ones are no target.
        if (index >= sheet.frozenColumns && edge < scrollingLeft) continue;
        const distance = Math.abs(edge - x);
        if (distance < best.distance) best = { x: edge, place: at, distance };
      }
      if (field.key !== dragged) place += 1;
    }
    return best;
  }

  function contextMenu(event: MouseEvent): void {
    const key = keyOf(event.target);
    if (key === undefined || key === ROW_HEAD) return;
    event.preventDefault();
    openMenu(key, new DOMRect(event.clientX, event.clientY, 0, 0));
  }

  sheet.host.addEventListener('mousedown', press, { signal });
  sheet.host.addEventListener('contextmenu', contextMenu, { signal });
  return () => {
    stopDrag();
    stop.abort();
  };
}
