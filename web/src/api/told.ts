import type { Cell, ObjectKey, RecordId, Row } from './types';

/** What changed of one object, as this person may see it. */
export interface Changes {
  object: ObjectKey;
  /** Too many to say: ask anew. What follows is empty then. */
  reload: boolean;
  fields: string[];
  rows: Row[];
  /** Which fields of each record changed, by its id. */
  changed: Record<string, string[]>;
  /** Records that this person did not see before. */
  new: RecordId[];
  gone: RecordId[];
  /** Later changes have higher numbers. */
  number: number;
}

/** Pages that are on their way while a change is told were read before it, or after. */
const RECENT_MS = 20_000;
let recent: (Changes & { at: number })[] = [];
let begin: (cursor: string) => void = () => {};

/** Where to listen from: the cursor of the next page that is read. The stream itself (`api/live`) comes later. */
export const beginning = (): Promise<string> =>
  new Promise((resolve) => {
    begin = resolve;
  });

/** A page was read as of that cursor. */
export function readFrom(cursor: unknown): void {
  if (typeof cursor === 'string') begin(cursor);
}

/** The number that a cursor leads to. */
export const numberOf = (cursor: unknown): number => Number.parseInt(String(cursor), 10) || 0;

export function remember(changes: Changes): void {
  recent.push({ ...changes, at: performance.now() });
}

export function forget(): void {
  recent = [];
}

/** What was told of an object lately, oldest first. */
export function lately(object: ObjectKey): Changes[] {
  const since = performance.now() - RECENT_MS;
  recent = recent.filter(({ at }) => at > since);
  return recent.filter((one) => one.object === object);
}

/** The cells of a row of changes, by field. */
export function cellsOf(changes: Changes, row: Row): Record<string, Cell> {
  const [, , ...cells] = row;
  return Object.fromEntries(changes.fields.map((key, place) => [key, cells[place] ?? null]));
}
