/** What Ctrl and an arrow look at in rows. Beyond it lies the very end: nobody waits for a million rows to be fetched. */
export const LOOK = 1_000;

/**
 * Where Ctrl and an arrow lead, as in a spreadsheet: to the last cell of an unbroken run, from its end or from an empty
 * cell on to the next one that is filled, and where there is none to the end. Null: a cell on the way is not here.
 *
 * @param at where one is, `last` the highest place, both from 0 along the way
 * @param filled whether something is at a place; undefined where nobody knows yet
 */
export function edgeFrom(
  at: number,
  step: 1 | -1,
  last: number,
  filled: (place: number) => boolean | undefined,
): number | null {
  const end = step > 0 ? last : 0;
  if ((end - at) * step <= 0) return at;
  const here = filled(at);
  const next = filled(at + step);
  if (here === undefined || next === undefined) return null;
  const inRun = here && next;
  for (let place = at + step; (end - place) * step >= 0 && Math.abs(place - at) <= LOOK; place += step) {
    const is = filled(place);
    if (is === undefined) return null;
    if (inRun && !is) return place - step;
    if (!inRun && is) return place;
  }
  return end;
}
