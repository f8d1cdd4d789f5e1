import type { Cell } from '@/api/types';
import { sameCell } from '@/fields/cells';
import { isUnmade, type RowSource } from './source';

/** New values of one record. `version` is the newest the grid knows of. */
export interface Edit {
  row: number;
  id: number;
  version: number;
  values: Record<string, Cell>;
}

/** A record as it was saved. */
export interface Saved {
  id: number;
  version: number;
  values: Record<string, Cell>;
}
/** Why it was not, for single fields in `fields`. */
export interface Refused {
  id: number;
  reason: string;
  fields?: Record<string, string>;
}
/** What became of an edit; `waiting`: it is kept until there is a line. */
export type EditResult = Saved | Refused | { id: number; waiting: true };

/** What several edits at once are for. */
export type EditReason = 'edit' | 'clear' | 'paste' | 'fill';

export type SaveEdits = (edits: Edit[], reason: EditReason) => Promise<EditResult[]>;

/** How many cells are on their way, wait for the line, and did not arrive; `kept` of these stay in the browser. */
export interface SaveCounts {
  saving: number;
  waiting: number;
  failed: number;
  kept: number;
}

/** A cell whose shown value is not the saved one. */
export interface PendingCell {
  value: Cell;
  state: 'saving' | 'waiting' | 'failed';
  reason?: string;
}

interface Batch {
  edits: Edit[];
  reason: EditReason;
}

interface Entry extends PendingCell {
  batch: Batch;
}

/** Whose edits wait, and have waited: they no longer belong to a request. */
const AWAITED: Batch = { edits: [], reason: 'edit' };
const ARRIVED: Batch = { edits: [], reason: 'edit' };

/**
 * Edits that are on their way or did not arrive. They lie over the source, so that a page that is dropped and fetched
 * again still shows them. One request per record at a time: a second edit waits for the version that the first one
 * makes, else a person would get into conflict with himself.
 */
export class Edits {
  private readonly cells = new Map<number, Map<string, Entry>>();
  /** Of each record the version that own edits made, with nobody else's in between; and of single cells in any case. */
  private readonly versions = new Map<number, number>();
  private readonly saved = new Map<string, number>();
  private readonly busy = new Set<number>();
  private waiting: Batch[] = [];
  private readonly save: SaveEdits;
  private readonly source: RowSource;
  private readonly changed: (ids: number[]) => void;

  constructor(save: SaveEdits, source: RowSource, changed: (ids: number[]) => void) {
    this.save = save;
    this.source = source;
    this.changed = changed;
  }

  get(id: number, key: string): PendingCell | undefined {
    return this.cells.get(id)?.get(key);
  }

  counts(): SaveCounts {
    const counts = { saving: 0, waiting: 0, failed: 0, kept: 0 };
    for (const [id, cells] of this.cells) {
      for (const cell of cells.values()) {
        counts[cell.state] += 1;
        if (cell.state === 'failed' && isUnmade(id)) counts.kept += 1;
      }
    }
    return counts;
  }

  /** Why some cell was not saved; undefined where all were. */
  firstFailure(): string | undefined {
    for (const cells of this.cells.values()) {
      for (const cell of cells.values()) if (cell.state === 'failed') return cell.reason;
    }
    return undefined;
  }

  /** Shows the new values at once and saves them: all in one step, after earlier edits of the same records. */
  add(edits: Edit[], reason: EditReason = 'edit'): void {
    const batch = { edits, reason };
    for (const { id, values } of edits) {
      const cells = this.cells.get(id) ?? new Map<string, Entry>();
      this.cells.set(id, cells);
      for (const [key, value] of Object.entries(values)) cells.set(key, { value, state: 'saving', batch });
    }
    this.waiting.push(batch);
    this.changed(edits.map((edit) => edit.id));
    this.pump();
  }

  /**
   * Shows edits that wait for the line: they were made here before a reload, or beside the table. `reason`: why they
   * wait for the person now. What is typed meanwhile comes after them.
   */
  await(edits: readonly Omit<Edit, 'row'>[], reason?: string): void {
    if (edits.length === 0) return;
    const state = reason === undefined ? 'waiting' : 'failed';
    for (const { id, values } of edits) {
      const cells = this.cells.get(id) ?? new Map<string, Entry>();
      this.cells.set(id, cells);
      for (const [key, value] of Object.entries(values)) {
        if (cells.get(key)?.state !== 'saving') cells.set(key, { value, state, reason, batch: AWAITED });
      }
    }
    this.changed(edits.map((edit) => edit.id));
  }

  /** Of records that wait to be made only these still do. */
  keepUnmade(ids: ReadonlySet<number>): void {
    const gone = [...this.cells.keys()].filter((id) => isUnmade(id) && !ids.has(id));
    for (const id of gone) this.cells.delete(id);
    if (gone.length > 0) this.changed(gone);
  }

  /** What became of an edit that waited. */
  arrived(edit: Omit<Edit, 'row'>, result: EditResult): void {
    for (const [key, value] of Object.entries(edit.values)) {
      const entry = this.cells.get(edit.id)?.get(key);
      if (entry?.state === 'waiting' && sameCell(entry.value, value)) entry.batch = ARRIVED;
    }
    this.settle(ARRIVED, edit, result);
    this.changed([edit.id]);
  }

  /** Forgets a failed value; the saved one shows again. Says whether there was one: nothing is saved of a new record. */
  discard(id: number, key: string): boolean {
    if (this.get(id, key)?.state !== 'failed' || isUnmade(id)) return false;
    this.remove(id, key);
    this.changed([id]);
    return true;
  }

  private pump(): void {
    const claimed = new Set(this.busy);
    const ready: Batch[] = [];
    this.waiting = this.waiting.filter((batch) => {
      const free = batch.edits.every((edit) => !claimed.has(edit.id));
      for (const edit of batch.edits) claimed.add(edit.id);
      if (free) ready.push(batch);
      return !free;
    });
    for (const batch of ready) void this.send(batch);
  }

  private async send(batch: Batch): Promise<void> {
    for (const edit of batch.edits) this.busy.add(edit.id);
    const edits = batch.edits.map((edit) => ({ ...edit, version: this.knownVersion(edit) }));
    let results: EditResult[];
    try {
      results = await this.save(edits, batch.reason);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      results = edits.map((edit) => ({ id: edit.id, reason }));
    }
    const byId = new Map(results.map((result) => [result.id, result]));
    for (const edit of edits) {
      this.busy.delete(edit.id);
      this.settle(batch, edit, byId.get(edit.id) ?? { id: edit.id, reason: '' });
    }
    this.changed(edits.map((edit) => edit.id));
    this.pump();
  }

  /**
   * The version that the person saw when he began, or the one that his own edits made of it: others' changes since then
   * must not look as if he had seen them.
   */
  private knownVersion({ id, version, values }: Omit<Edit, 'row'>): number {
    const own = Object.keys(values).map((key) => this.saved.get(`${id} ${key}`) ?? 0);
    return Math.max(version, this.versions.get(id) ?? 0, Math.min(...own));
  }

  private settle(batch: Batch, edit: Omit<Edit, 'row'>, result: EditResult): void {
    if ('version' in result) {
      if (result.version <= edit.version + 1) this.versions.set(edit.id, result.version);
      for (const key of Object.keys(edit.values)) this.saved.set(`${edit.id} ${key}`, result.version);
      this.source.patch(edit.id, result.version, result.values);
    }
    for (const key of Object.keys(edit.values)) {
      const entry = this.cells.get(edit.id)?.get(key);
      // Typed over meanwhile: the later edit speaks for the cell now.
      if (entry?.batch !== batch) continue;
      if ('version' in result) {
        this.remove(edit.id, key);
      } else if ('waiting' in result) {
        entry.state = 'waiting';
      } else {
        entry.state = 'failed';
        entry.reason = result.fields?.[key] ?? result.reason;
      }
    }
  }

  private remove(id: number, key: string): void {
    const cells = this.cells.get(id);
    cells?.delete(key);
    if (cells?.size === 0) this.cells.delete(id);
  }
}

/** Those values that differ from what the record shows; a failed one always counts, so that it is tried again. */
export function changedValues(
  shown: (key: string) => Cell | undefined,
  failed: (key: string) => boolean,
  values: Record<string, Cell>,
): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => failed(key) || !sameCell(shown(key), value)),
  );
}
