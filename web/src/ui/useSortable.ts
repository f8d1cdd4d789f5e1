import { type RefCallback, useCallback, useLayoutEffect, useRef } from 'react';
import Sortable from 'sortablejs';

const LONG_PRESS_MS = 250;

/**
 * Lets the children of an element be dragged by their `[data-handle]`. The order stays React's: what the drag moved in
 * the page is put back before `onMove(from, to)` is called.
 */
export function useSortable<T extends HTMLElement>(onMove: (from: number, to: number) => void): RefCallback<T> {
  const move = useRef(onMove);
  useLayoutEffect(() => {
    move.current = onMove;
  });
  return useCallback((element: T | null) => {
    if (!element) return;
    const sortable = new Sortable(element, {
      handle: '[data-handle]',
      animation: 120,
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return;
        item.remove();
        element.insertBefore(item, element.children[oldIndex] ?? null);
        move.current(oldIndex, newIndex);
      },
    });
    return () => sortable.destroy();
  }, []);
}

export interface Drop {
  /** `data-card` of what was dragged. */
  card: string;
  /** `data-list` of the list that it was dropped on. */
  list: string;
  /** Its place among the cards there. */
  place: number;
}

/**
 * Lets the `[data-card]` children of an element be dragged to another `[data-list]` of the same group, by mouse or
 * after a long press. What the drag moved in the page is put back before `onEnd`; until then the lists must stand
 * still, for React does not know of it. `onEnd(null)`: dropped where it was.
 */
export function useCardDrag<T extends HTMLElement>(
  group: string | null,
  onStart: () => void,
  onEnd: (drop: Drop | null) => void,
): RefCallback<T> {
  const latest = useRef({ onStart, onEnd });
  useLayoutEffect(() => {
    latest.current = { onStart, onEnd };
  });
  return useCallback(
    (element: T | null) => {
      if (!element || group === null) return;
      const sortable = new Sortable(element, {
        group,
        draggable: '[data-card]',
        sort: false,
        animation: 120,
        delay: LONG_PRESS_MS,
        delayOnTouchOnly: true,
        touchStartThreshold: 6,
        // A drag of the browser's own cannot begin on a button everywhere, and hides what follows the pointer.
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 4,
        scrollSensitivity: 80,
        ghostClass: 'kebu-drop',
        fallbackClass: 'kebu-dragged',
        onStart: () => latest.current.onStart(),
        onEnd: ({ item, from, to, oldDraggableIndex = 0, newDraggableIndex = 0 }) => {
          item.remove();
          from.insertBefore(item, from.querySelectorAll(':scope > [data-card]')[oldDraggableIndex] ?? null);
          const { card } = item.dataset;
          const { list } = to.dataset;
          latest.current.onEnd(
            from === to || !card || list === undefined ? null : { card, list, place: newDraggableIndex },
          );
        },
      });
      return () => sortable.destroy();
    },
    [group],
  );
}

/** A copy of `list` with the item at `from` standing at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  const [item] = copy.splice(from, 1);
  if (item !== undefined) copy.splice(to, 0, item);
  return copy;
}
