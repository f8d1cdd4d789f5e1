/** So many rows were written at that time (milliseconds). */
export interface Seen {
  done: number;
  at: number;
}
/** Rows a second, and the seconds that are left at that rate. */
export interface Pace {
  rate: number;
  left: number;
}

/** The pace of the last steps; null while too little was seen to tell. */
export function paceOf(seen: readonly Seen[], total: number): Pace | null {
  const [first] = seen;
  const last = seen.at(-1);
  if (!first || !last || last.at - first.at < 1000 || last.done <= first.done) return null;
  const rate = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return { rate: Math.round(rate), left: Math.max(total - last.done, 0) / rate };
}
