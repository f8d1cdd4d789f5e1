import type { GridController } from './controller';
import { contains, drawnTo, type Place } from './selection';

/** How close to the edge, in pixels, a selecting mouse makes the grid scroll. */
const EDGE = 24;

/** The mouse over cells: choose, select by dragging, edit, open, menu. Returns the way to stop. */
export function bindMouse(controller: GridController): () => void {
  const { sheet, cursor, editing, line } = controller;
  const { host } = sheet;
  const stop = new AbortController();
  const { signal } = stop;
  let hovered = -1;
  let stopDrag = () => {};

  function hover(row: number): void {
    if (row === hovered) return;
    for (const node of sheet.rowNodes(hovered)) node.classList.remove('kg-hover');
    for (const node of sheet.rowNodes(row)) node.classList.add('kg-hover');
    hovered = row;
  }

  function press(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest('.kg-handle') && event.button === 0) {
      event.preventDefault();
      startFill();
      return;
    }
    const place = sheet.placeOf(target);
    if (!place || event.button === 1) return;
    if (target.closest('.kf-go')) return; // a link: the browser follows it
    // The input line keeps the focus, and no text gets selected.
    event.preventDefault();
    editing.commit();
    line.focus();
    if (place.column < 0) {
      if (event.button === 0) pressRowHead(place.row, target, event);
      return;
    }
    if (event.button === 2 && cursor.range && contains(cursor.range, place)) return;
    // What is under the mouse must not move before its menu opens.
    cursor.goTo(place, { extend: event.shiftKey, scroll: event.button === 0 });
    if (event.button === 0 && target.closest('.kg-toggle')) {
      controller.toggleGroup(place.row);
      return;
    }
    if (event.button === 0) startDrag(place.row, (to) => cursor.goTo(to, { extend: true, scroll: false }));
  }

  function pressRowHead(row: number, target: Element, event: MouseEvent): void {
    if (editing.isAddLine(row)) {
      controller.openRecord(row);
      return;
    }
    const { range } = cursor;
    // Several rows that are selected are dragged together.
    if (!range || row < range.top || row > range.bottom || range.top === range.bottom) {
      cursor.goTo({ row, column: cursor.active?.column ?? 0 }, { scroll: false });
    }
    if (controller.addToGroup(row)) return;
    if (target.closest('.kg-box')) controller.rows.choose(row, event.shiftKey);
    else if (controller.byHand) controller.byHand.press(controller, row, event);
    else controller.openRecord(row);
  }

  /** Draws the selection on from its corner: series go on, everything else is copied, with Ctrl all of it. */
  function startFill(): void {
    const { range } = cursor;
    if (!range) return;
    let drawn = range;
    startDrag(
      range.bottom,
      (to) => {
        drawn = drawnTo(range, { ...to, row: Math.min(to.row, controller.lastRow) });
        controller.drawOn(drawn);
      },
      (event) => {
        controller.drawOn(null);
        if (drawn !== range) void controller.transfer.spread(range, drawn, event.ctrlKey || event.metaKey);
        line.focus();
      },
    );
  }

  /**
   * Follows the mouse from cell to cell; beyond the edge the grid scrolls along. From the rows that scroll one comes to
   * those that stay when there is nothing left between them.
   */
  function startDrag(
    from: number,
    onPlace: (place: Place) => void,
    onEnd: (event: MouseEvent) => void = () => {},
  ): void {
    stopDrag();
    const drag = new AbortController();
    let frame = 0;
    let x = 0;
    let y = 0;
    const follow = () => {
      frame = 0;
      const { scroller } = sheet.grid;
      const stays = from < sheet.frozenRows;
      const area = sheet.from(stays || scroller.scrollTop === 0 ? 0 : sheet.frozenRows, -1);
      const pull = beyond(y, area.top, area.bottom);
      const down = stays ? Math.max(0, pull) : pull;
      const right = beyond(x, area.left, area.right);
      sheet.grid.moveBy(right, down);
      const inside = document.elementFromPoint(
        Math.max(area.left + 1, Math.min(area.right - 2, x)),
        Math.max(area.top + 1, Math.min(area.bottom - 2, y)),
      );
      const place = sheet.placeOf(inside);
      if (place && place.column >= 0) onPlace(place);
      if (down || right) frame = requestAnimationFrame(follow);
    };
    const onMove = (event: MouseEvent) => {
      if (event.buttons === 0) {
        stopDrag();
        onEnd(event);
        return;
      }
      x = event.clientX;
      y = event.clientY;
      frame ||= requestAnimationFrame(follow);
    };
    document.addEventListener('mousemove', onMove, { signal: drag.signal });
    const onUp = (event: MouseEvent) => {
      stopDrag();
      onEnd(event);
    };
    document.addEventListener('mouseup', onUp, { signal: drag.signal });
    stopDrag = () => {
      cancelAnimationFrame(frame);
      drag.abort();
    };
  }

  function click(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest('a.kf-url');
    // A click on a link's text chooses the cell; Ctrl follows it.
    if (link && !event.ctrlKey && !event.metaKey) event.preventDefault();
    if (target.closest('.kf-check') && !target.closest('.kg-box')) editing.toggleCheckbox();
    const place = sheet.placeOf(target);
    if (place && editing.isAddLine(place.row) && target.closest('.kg-hint')) editing.start();
  }

  function doubleClick(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest('.kg-handle')) void controller.transfer.spreadDown();
    const place = sheet.placeOf(target);
    if (!place || place.column < 0 || target.closest('.kg-toggle')) return;
    if (!controller.toggleGroup(place.row) && !target.closest('.kf-check')) editing.start();
  }

  function contextMenu(event: MouseEvent): void {
    const place = sheet.placeOf(event.target);
    if (!place) return;
    event.preventDefault();
    if (place.column < 0) cursor.goTo({ row: place.row, column: 0 }, { scroll: false });
    // A finger that rests on a cell has not pressed it before.
    else if (!cursor.range || !contains(cursor.range, place)) cursor.goTo(place, { scroll: false });
    controller.requestMenu('cell', new DOMRect(event.clientX, event.clientY, 0, 0));
  }

  host.addEventListener('mousedown', press, { signal });
  host.addEventListener('click', click, { signal });
  host.addEventListener('dblclick', doubleClick, { signal });
  host.addEventListener('contextmenu', contextMenu, { signal });
  host.addEventListener('mousemove', (event) => hover(sheet.placeOf(event.target)?.row ?? -1), { signal });
  host.addEventListener('mouseleave', () => hover(-1), { signal });
  return () => {
    stopDrag();
    stop.abort();
  };
}

/** How far to scroll this frame for a mouse at `at`: the further outside, the faster. */
function beyond(at: number, from: number, to: number): number {
  if (at < from + EDGE) return -Math.min(60, Math.ceil((from + EDGE - at) / 2));
  if (at > to - EDGE) return Math.min(60, Math.ceil((at - to + EDGE) / 2));
  return 0;
}
