import { type RefCallback, useCallback, useLayoutEffect, useRef } from 'react';
import Sortable from 'sortablejs';

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

/** A copy of `list` with the item at `from` standing at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  const [item] = copy.splice(from, 1);
  if (item !== undefined) copy.splice(to, 0, item);
  return copy;
}
