import { isApiError } from '@/api/client';
import type { Cell, ObjectKey, RecordId } from '@/api/types';
import { turnsUnsent, undoStack } from '@/commands/undo';
import type { Edit, EditResult, Edits } from '@/grid/edits';
import { type GridRow, isUnmade } from '@/grid/source';

/** What found no line: one step, kept in the browser until it is saved. */
export interface Unsent {
  /** Also the Idempotency-Key: what arrived without an answer is not done twice. */
  key: string;
  object: ObjectKey;
  label: string;
  edits: { id: RecordId; version: number; values: Record<string, Cell> }[];
  /** The records are made, under ids of their own until then, or deleted; where nothing stands here they are changed. */
  act?: 'make' | 'delete';
  /** Why the server would not make them: that is for the person to change. */
  refused?: string;
}

/** A record that waits to be made, with all that was typed so far. */
export interface Unmade extends GridRow {
  refused?: string;
}

/** `taken`: the person took it back, it was not sent. */
type Settled = (entry: Unsent, results: EditResult[], taken: boolean) => void;

const PREFIX = 'kebu.unsent.';
/** So many records at most wait as one step; the browser keeps a few megabytes. */
const MOST = 2_000;

/**
 * What waits for the line, of one person: another one who signs in here neither sees nor sends it. Every step has an
 * entry of its own in the browser's storage, so that tabs do not overwrite each other's. `sending.ts` sends them.
 */
class Outbox {
  private person = 0;
  private entries: Unsent[] = [];
  private readonly settled = new Set<Settled>();
  private readonly changed = new Set<() => void>();
  /** What became of records that waited to be made, for who still holds them by the id of before. */
  readonly made = new Map<RecordId, { id: RecordId; version: number }>();

  /** Takes up what this person left, in the order of their steps. */
  open(person: number): void {
    if (this.person === person) return;
    this.person = person;
    this.entries = this.stored();
    this.tell();
  }

  readonly list = (): readonly Unsent[] => this.entries;

  of(object: ObjectKey): readonly Unsent[] {
    return this.entries.filter((entry) => entry.object === object);
  }

  /** Whether something of these records waits already: what comes later must not overtake it. */
  holds(object: ObjectKey, edits: readonly Pick<Edit, 'id'>[]): boolean {
    const ids = new Set(edits.map(({ id }) => id));
    const waits = this.of(object).some((entry) => entry.edits.some(({ id }) => ids.has(id)));
    return waits || edits.some(({ id }) => isUnmade(id));
  }

  /** Keeps new records until they can be made, under ids that are theirs until then. Null where there is no room. */
  add(object: ObjectKey, rows: readonly Record<string, Cell>[], label: string, key: string): RecordId[] | null {
    const first = -1000 * Date.now() - Math.floor(Math.random() * 1000) - MOST * count;
    const edits = rows.map((values, place) => ({ id: first - place, version: 0, values }));
    if (!this.keep({ key, object, label, edits, act: 'make' })) return null;
    undoStack.push(key);
    return edits.map(({ id }) => id);
  }

  /**
   * Keeps edits until they can be sent, and says for each what the grid is to show. What the server would not make is
   * tried again with them, under another key. Null where the browser has no room for them.
   */
  put(object: ObjectKey, edits: readonly Omit<Edit, 'row'>[], label: string, key: string): EditResult[] | null {
    const rest = edits.map(({ id, version, values }) => {
      const made = this.made.get(id);
      return { id: made?.id ?? id, version: Math.max(version, made?.version ?? 0), values };
    });
    const amends = ({ refused, edits: theirs }: Unsent) =>
      refused !== undefined && theirs.some(({ id }) => rest.some((edit) => edit.id === id));
    const amended = this.of(object).filter(amends);
    for (const entry of amended) {
      const whole = entry.edits.map((edit) => ({
        ...edit,
        values: { ...edit.values, ...rest.find(({ id }) => id === edit.id)?.values },
      }));
      this.rewrite((one) =>
        one.key === entry.key ? { ...one, key: newKey(), refused: undefined, edits: whole } : one,
      );
    }
    const later = rest.filter(({ id }) => !amended.some((entry) => entry.edits.some((edit) => edit.id === id)));
    if (later.length > 0) {
      if (!this.keep({ key, object, label, edits: later })) return null;
      undoStack.push(key);
    }
    return edits.map(({ id }) => (this.made.has(id) ? { id, version: 0, values: {} } : { id, waiting: true }));
  }

  /** Keeps a step. False where the browser has no room for it. */
  keep(entry: Unsent): boolean {
    if (entry.edits.length > MOST) return false;
    try {
      localStorage.setItem(this.nameOf(entry), JSON.stringify(entry));
    } catch {
      return false;
    }
    this.entries = [...this.entries, entry];
    this.tell();
    return true;
  }

  /** Whether an entry is still to be sent; another tab may have done it. */
  isOpen(entry: Unsent): boolean {
    return localStorage.getItem(this.nameOf(entry)) !== null;
  }

  /** Puts another step in the place of each, those of other tabs too; null: none. */
  rewrite(next: (entry: Unsent) => Unsent | null): void {
    const after = new Map<string, Unsent | null>();
    for (const entry of this.stored()) {
      const then = next(entry);
      after.set(entry.key, then);
      if (then === entry) continue;
      localStorage.removeItem(this.nameOf(entry));
      if (then) localStorage.setItem(this.nameOf(then), JSON.stringify(then));
    }
    this.entries = this.entries.flatMap((entry) => {
      const then = after.has(entry.key) ? after.get(entry.key) : next(entry);
      return !then ? [] : JSON.stringify(then) === JSON.stringify(entry) ? entry : then;
    });
    this.tell();
  }

  /** An entry is saved, or refused for good, or taken back. */
  over(entry: Unsent, results: EditResult[], taken = false): void {
    for (const act of this.settled) act(entry, results, taken);
  }

  onSettled(act: Settled): () => void {
    this.settled.add(act);
    return () => this.settled.delete(act);
  }

  readonly subscribe = (act: () => void): (() => void) => {
    this.changed.add(act);
    return () => this.changed.delete(act);
  };

  private stored(): Unsent[] {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(`${PREFIX}${this.person}.`))
      .sort()
      .flatMap((name) => read(name) ?? []);
  }

  private nameOf({ key }: Unsent): string {
    return `${PREFIX}${this.person}.${key}`;
  }

  private tell(): void {
    for (const act of this.changed) act();
  }
}

let count = 0;

export const outbox = new Outbox();
turnsUnsent(async (key, way) => (await import('./dropping')).turn(key, way));

/** The records of an object that wait to be made, as they are by what was typed since. */
export function unmadeOf(entries: readonly Unsent[], object: ObjectKey): Unmade[] {
  const rows = new Map<RecordId, Unmade>();
  for (const { act, edits, refused } of entries.filter((entry) => entry.object === object)) {
    for (const { id, values } of edits) {
      const row = rows.get(id);
      if (act === 'make') rows.set(id, { id, version: 0, cells: { ...values }, refused });
      else if (act === 'delete') rows.delete(id);
      else if (row) Object.assign(row.cells, values);
    }
  }
  return [...rows.values()];
}

/** A grid shows what waits of an object, and what becomes of it. The answer stops that. */
export function awaitUnsent(object: ObjectKey, edits: Edits, append: (rows: Unmade[]) => void): () => void {
  const seen = new WeakSet<Unsent>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    const rows = unmadeOf(outbox.list(), object);
    const unmade = new Set(rows.map(({ id }) => id));
    edits.keepUnmade(unmade);
    for (const entry of outbox.of(object)) {
      if (seen.has(entry) || entry.act === 'delete') continue;
      const shown = entry.edits.filter(({ id }) => !isUnmade(id) || unmade.has(id));
      edits.await(shown, entry.refused);
      // What was deleted may come back.
      if (shown.length === entry.edits.length && !shown.some(({ id }) => isUnmade(id))) seen.add(entry);
    }
    append(rows);
  };
  look();
  const stops = [
    // Whoever keeps something learns its id first.
    outbox.subscribe(() => {
      timer ??= setTimeout(look);
    }),
    outbox.onSettled((entry, results) => {
      if (entry.object !== object || entry.act) return;
      // What was typed over by this shows again, where it still waits.
      for (const other of outbox.of(object)) seen.delete(other);
      const byId = new Map(results.map((result) => [result.id, result]));
      for (const edit of entry.edits) edits.arrived(edit, byId.get(edit.id) ?? { id: edit.id, reason: '' });
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

/** Whether an error says nothing about the request: it did not arrive, or nobody was there who could answer. */
export const isUnreachable = (error: unknown): boolean =>
  isApiError(error) && (error.status === 0 || [502, 503, 504].includes(error.status));

/** The key of a step; they sort as the steps came. */
export function newKey(): string {
  count += 1;
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(8)), (one) => one.toString(16)).join('');
  return `${String(Date.now()).padStart(15, '0')}-${String(count).padStart(6, '0')}-${chance}`;
}

function read(name: string): Unsent | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') as Unsent | null;
  } catch {
    return null;
  }
}
