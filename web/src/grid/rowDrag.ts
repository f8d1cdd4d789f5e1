import type { Aim, ByHand } from './byHand';
import type { GridController } from './controller';
import './rowDrag.css';

/** Pixels that the mouse goes before a press is a drag. */
const FAR = 5;
/** How close to the edge, in pixels, the grid scrolls along. */
const EDGE = 24;

/** Follows the mouse from the number of a row: a click opens its record, a drag puts rows elsewhere. Esc gives up. */
export function dragRow(controller: GridController, byHand: ByHand, row: number, press: MouseEvent): void {
  const { sheet, wrapper } = controller;
  const stop = new AbortController();
  const { signal } = stop;
  const line = document.createElement('div');
  line.className = 'kg-drop';
  let ids: number[] | null = null;
  let dropped: { row: number; below: boolean } | null = null;
  let aimed: { row: number; aim: Aim | null } = { row: -1, aim: null };
  let y = press.clientY;
  let frame = 0;

  const end = () => {
    stop.abort();
    cancelAnimationFrame(frame);
    line.remove();
    wrapper.classList.remove('kg-dragging');
  };
  const follow = () => {
    frame = 0;
    const { body } = sheet;
    const { top } = sheet.from(sheet.frozenRows, -1);
    // Rows that stay are a place like any other; the others scroll below them.
    const onStaying = y >= body.top && y < top;
    const pull = onStaying ? 0 : Math.min(0, y - top - EDGE) + Math.max(0, y - body.bottom + EDGE);
    sheet.grid.moveBy(0, pull / 2);
    const at = document.elementFromPoint(body.left + 4, Math.max(body.top + 1, Math.min(body.bottom - 2, y)));
    const place = sheet.placeOf(at);
    if (place) {
      const target = Math.min(place.row, controller.lastRow);
      const rect = sheet.rectOf(target, -1);
      const below = place.row > controller.lastRow || y > rect.top + rect.height / 2;
      dropped = { row: target, below };
      // Many rows may be dragged: where they would go is looked up once for each row that the mouse comes to.
      if (aimed.row !== target) aimed = { row: target, aim: byHand.aim(ids ?? [], target) };
      const { aim } = aimed;
      line.dataset.to = aim?.text ?? '';
      line.classList.toggle('kg-refused', aim?.refused === true);
      line.classList.toggle('kg-whole', aim?.whole === true);
      const outer = wrapper.getBoundingClientRect();
      const edge = below ? rect.bottom : rect.top;
      Object.assign(line.style, {
        top: `${aim?.whole ? rect.top - outer.top : edge - outer.top - 2}px`,
        height: aim?.whole ? `${rect.height}px` : '',
        left: `${body.left - outer.left}px`,
        width: `${body.width}px`,
      });
    }
    if (pull) frame = requestAnimationFrame(follow);
  };
  const move = (event: MouseEvent) => {
    y = event.clientY;
    if (ids === null) {
      if (Math.hypot(event.clientX - press.clientX, y - press.clientY) < FAR) return;
      if (!byHand.allowed()) {
        end();
        return;
      }
      ids = byHand.taken(row);
      wrapper.append(line);
      wrapper.classList.add('kg-dragging');
    }
    frame ||= requestAnimationFrame(follow);
  };
  const up = () => {
    cancelAnimationFrame(frame);
    if (ids !== null) follow();
    end();
    if (ids === null) controller.openRecord(row);
    else if (dropped) byHand.drop(ids, dropped.row, dropped.below);
  };
  document.addEventListener('mousemove', move, { signal });
  document.addEventListener('mouseup', up, { signal });
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      end();
    },
    { signal, capture: true },
  );
}
