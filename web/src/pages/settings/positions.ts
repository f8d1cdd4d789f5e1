/** What stands in an order by its position; equal positions stand by key. */
export interface Placed {
  key: string;
  position: number;
}

/**
 * The fewest new positions that bring `items` (given in the wished order, `movedKey` just moved) into that order for
 * good: the moved one goes between its neighbours where there is room, else all are numbered anew.
 */
export function positionsFor(items: readonly Placed[], movedKey: string): Map<string, number> {
  const place = items.findIndex((item) => item.key === movedKey);
  const before = items[place - 1]?.position;
  const after = items[place + 1]?.position;
  if (before === undefined && after === undefined) return new Map();
  if (after === undefined) return new Map([[movedKey, (before ?? 0) + 10]]);
  // Positions are never negative.
  const low = before ?? -1;
  const middle = Math.floor((low + after) / 2);
  if (middle > low && middle < after) return new Map([[movedKey, middle]]);
  const changes = new Map<string, number>();
  items.forEach((item, index) => {
    const position = (index + 1) * 10;
    if (item.position !== position) changes.set(item.key, position);
  });
  return changes;
}
