import { isApiError } from '@/api/client';
import type { Cell, ObjectKey, RecordId } from '@/api/types';
import type { Edit, EditResult, Edits } from '@/grid/edits';

/** Edits that found no line: one step, kept in the browser until it is saved. */
export interface Unsent {
  /** Also the Idempotency-Key: what arrived without an answer is not done twice. */
  key: string;
  object: ObjectKey;
  label: string;
  edits: { id: RecordId; version: number; values: Record<string, Cell> }[];
}

type Settled = (entry: Unsent, results: EditResult[]) => void;

const PREFIX = 'kebu.unsent.';
/** So many records at most wait as one step; the browser keeps a few megabytes. */
const MOST = 2_000;

/**
 * What waits for the line, of one person: another one who signs in here neither sees nor sends it. Every step has an
 * entry of its own in the browser's storage, so that tabs do not overwrite each other's.
 */
class Outbox {
  private person = 0;
  private entries: Unsent[] = [];
  private readonly settled = new Set<Settled>();
  private readonly changed = new Set<() => void>();

  /** Takes up what this person left, in the order of their steps. */
  open(person: number): void {
    if (this.person === person) return;
    this.person = person;
    this.entries = Object.keys(localStorage)
      .filter((name) => name.startsWith(`${PREFIX}${person}.`))
      .sort()
      .flatMap((name) => read(name) ?? []);
    this.tell();
  }

  readonly list = (): readonly Unsent[] => this.entries;

  of(object: ObjectKey): readonly Unsent[] {
    return this.entries.filter((entry) => entry.object === object);
  }

  /** Whether something of these records waits already: what comes later must not overtake it. */
  holds(object: ObjectKey, edits: readonly Edit[]): boolean {
    return this.of(object).some((entry) => entry.edits.some(({ id }) => edits.some((edit) => edit.id === id)));
  }

  /** Keeps edits until they can be sent. False where the browser has no room for them. */
  put(object: ObjectKey, edits: readonly Edit[], label: string, key: string): boolean {
    if (edits.length > MOST) return false;
    const entry: Unsent = {
      key,
      object,
      label,
      edits: edits.map(({ id, version, values }) => ({ id, version, values })),
    };
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

  /** An entry is saved, or refused for good. */
  done(entry: Unsent, results: EditResult[]): void {
    localStorage.removeItem(this.nameOf(entry));
    this.entries = this.entries.filter((one) => one !== entry).map((later) => this.afterOwn(later, entry, results));
    for (const act of this.settled) act(entry, results);
    this.tell();
  }

  onSettled(act: Settled): () => void {
    this.settled.add(act);
    return () => this.settled.delete(act);
  }

  readonly subscribe = (act: () => void): (() => void) => {
    this.changed.add(act);
    return () => this.changed.delete(act);
  };

  /** A later step with the versions that this one made: nobody gets into conflict with himself. */
  private afterOwn(later: Unsent, sent: Unsent, results: EditResult[]): Unsent {
    if (later.object !== sent.object) return later;
    const edits = later.edits.map((edit) => {
      const before = sent.edits.find(({ id }) => id === edit.id);
      const result = results.find(({ id }) => id === edit.id);
      if (!before || !result || !('version' in result)) return edit;
      const alone = result.version <= before.version + 1;
      const own = Object.keys(edit.values).every((key) => key in before.values);
      return alone || own ? { ...edit, version: Math.max(edit.version, result.version) } : edit;
    });
    if (edits.every((edit, place) => edit === later.edits[place])) return later;
    const next = { ...later, edits };
    localStorage.setItem(this.nameOf(next), JSON.stringify(next));
    return next;
  }

  private nameOf({ key }: Unsent): string {
    return `${PREFIX}${this.person}.${key}`;
  }

  private tell(): void {
    for (const act of this.changed) act();
  }
}

export const outbox = new Outbox();

/** A grid shows what waits of an object, and what becomes of it. The answer stops that. */
export function awaitUnsent(object: ObjectKey, edits: Edits): () => void {
  edits.await(outbox.of(object).flatMap((entry) => entry.edits));
  return outbox.onSettled((entry, results) => {
    if (entry.object !== object) return;
    const byId = new Map(results.map((result) => [result.id, result]));
    for (const edit of entry.edits) edits.arrived(edit, byId.get(edit.id) ?? { id: edit.id, reason: '' });
  });
}

/** Whether an error says nothing about the request: it did not arrive, or nobody was there who could answer. */
export const isUnreachable = (error: unknown): boolean =>
  isApiError(error) && (error.status === 0 || [502, 503, 504].includes(error.status));

let count = 0;
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
