import type { Cell } from '@/api/types';
import type { GridRow, RowSource, RowSpan } from './source';

const PAGE = 200;
const MAX_PAGES = 60;
const MAX_IN_FLIGHT = 4;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** `count` null: not known yet, more pages may follow. */
export interface Page {
  count: number | null;
  rows: GridRow[];
}
export type FetchPage = (offset: number, limit: number) => Promise<Page>;

/** Thrown by a `FetchPage` when the server no longer holds the order that the rows were numbered in. */
export class SnapshotGone extends Error {}

interface RemoteSourceOptions {
  /** Asks the view anew after `SnapshotGone`, and says how its pages are fetched from now on. */
  reopen?: () => Promise<FetchPage>;
  /** Told about a page that could not be fetched; it is tried again later by itself. */
  onError?: (error: unknown) => void;
  /** The number of rows to show as loading until the first answer. */
  expected?: number;
}

interface Waiter {
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Rows of a server in pages of 200: the newest wish first, four requests at a time, wishes that scrolled away dropped,
 * the 60 pages used last kept. After `refresh` or `SnapshotGone` the old rows stay until the new ones replace them.
 */
export class RemoteSource implements RowSource {
  private fetchPage: FetchPage;
  private readonly reopen: RemoteSourceOptions['reopen'];
  private readonly onError: RemoteSourceOptions['onError'];
  private count: number;
  /** Least recently used first. */
  private readonly pages = new Map<number, GridRow[]>();
  private readonly stale = new Set<number>();
  private readonly rowOf = new Map<number, number>();
  /** Pages to fetch, the most wanted last. */
  private queue: number[] = [];
  private readonly inFlight = new Set<number>();
  private readonly waiters = new Map<number, Waiter[]>();
  private readonly listeners = new Set<(changed: RowSpan | 'all') => void>();
  private wanted: [from: number, to: number, top: number] = [0, 0, 0];
  /** Counts changes of `fetchPage` and refreshes: an answer from before is not stored. */
  private generation = 0;
  private reopening: Promise<void> | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private retryDelay = FIRST_RETRY_MS;
  private closed = false;

  constructor(fetchPage: FetchPage, options: RemoteSourceOptions = {}) {
    this.fetchPage = fetchPage;
    this.reopen = options.reopen;
    this.onError = options.onError;
    this.count = options.expected ?? PAGE;
  }

  get length(): number {
    return this.count;
  }

  get(row: number): GridRow | undefined {
    return this.pages.get(Math.floor(row / PAGE))?.[row % PAGE];
  }

  /** The row number of a record that is here. */
  find(id: number): number | undefined {
    return this.rowOf.get(id);
  }

  numberOf(row: number): number {
    return row + 1;
  }

  ensure(from: number, to: number, top = 0): void {
    this.wanted = [from, to, top];
    const missing: number[] = [];
    for (const page of new Set([...this.pagesOf(from, to), ...this.pagesOf(0, top - 1)])) {
      const rows = this.pages.get(page);
      if (rows) {
        this.pages.delete(page);
        this.pages.set(page, rows);
      }
      if ((!rows || this.stale.has(page)) && !this.inFlight.has(page)) missing.push(page);
    }
    const promised = this.queue.filter((page) => this.waiters.has(page) && !missing.includes(page));
    this.queue = [...promised, ...missing.reverse()];
    this.pump();
  }

  async load(from: number, to: number): Promise<GridRow[]> {
    const last = Math.min(to, this.count - 1);
    const pages = this.pagesOf(from, last).map(async (page) => {
      const held = (await this.page(page)) ?? [];
      return held.slice(Math.max(0, from - page * PAGE), last - page * PAGE + 1);
    });
    return (await Promise.all(pages)).flat();
  }

  *loaded(from: number, to: number): Iterable<readonly [number, GridRow]> {
    const numbers = [...this.pages.keys()].sort((a, b) => a - b);
    for (const page of numbers) {
      const rows = this.pages.get(page) ?? [];
      const end = Math.min(rows.length - 1, to - page * PAGE);
      for (let place = Math.max(0, from - page * PAGE); place <= end; place += 1) {
        const row = rows[place];
        if (row) yield [page * PAGE + place, row];
      }
    }
  }

  patch(id: number, version: number, cells: Record<string, Cell>): void {
    const row = this.rowOf.get(id);
    const page = row === undefined ? undefined : this.pages.get(Math.floor(row / PAGE));
    const old = row === undefined ? undefined : page?.[row % PAGE];
    if (row === undefined || !page || !old || old.version > version) return;
    page[row % PAGE] = { id, version, cells: { ...old.cells, ...cells } };
    this.tell([row, row]);
  }

  swap(from: number, to: number, step: 1 | -1): boolean {
    const [first, last] = [Math.min(from, from + step), Math.max(to, to + step)];
    const rows: GridRow[] = [];
    for (let row = first; row <= last; row += 1) {
      const data = this.get(row);
      if (!data) return false;
      rows.push(data);
    }
    const moved = step > 0 ? [...rows.slice(-1), ...rows.slice(0, -1)] : [...rows.slice(1), ...rows.slice(0, 1)];
    moved.forEach((data, place) => {
      const page = this.pages.get(Math.floor((first + place) / PAGE));
      if (page) page[(first + place) % PAGE] = data;
      this.rowOf.set(data.id, first + place);
    });
    this.tell([first, last]);
    return true;
  }

  /** A record is gone: its place stays, empty, or everything below would move. */
  vanish(id: number): void {
    const row = this.rowOf.get(id);
    const page = row === undefined ? undefined : this.pages.get(Math.floor(row / PAGE));
    if (row === undefined || !page) return;
    page[row % PAGE] = { id: -(row + 1), version: 0, cells: {} };
    this.rowOf.delete(id);
    this.tell([row, row]);
  }

  subscribe(listener: (changed: RowSpan | 'all') => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fetches the rows anew, from another view where `fetchPage` is given. Rows that are here stay until then. */
  refresh(fetchPage: FetchPage = this.fetchPage): void {
    this.fetchPage = fetchPage;
    this.generation += 1;
    this.inFlight.clear();
    for (const page of this.pages.keys()) this.stale.add(page);
    this.queue = [...this.waiters.keys()];
    this.ensure(...this.wanted);
    if (this.count > 0) return;
    // Of no rows none are in sight, and still there may be some now.
    this.queue.push(0);
    this.pump();
  }

  /** Stops fetching. Open `load`s reject. */
  close(): void {
    this.closed = true;
    this.generation += 1;
    clearTimeout(this.retryTimer);
    for (const page of [...this.waiters.keys()]) this.settle(page, new Error('closed'));
    this.listeners.clear();
  }

  private pagesOf(from: number, to: number): number[] {
    const first = Math.max(0, Math.floor(from / PAGE));
    const last = Math.floor(Math.min(to, this.count - 1) / PAGE);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => first + place);
  }

  private async page(page: number): Promise<GridRow[] | undefined> {
    if (!this.pages.has(page) || this.stale.has(page)) {
      await new Promise<void>((resolve, reject) => {
        this.waiters.set(page, [...(this.waiters.get(page) ?? []), { resolve, reject }]);
        if (!this.inFlight.has(page) && !this.queue.includes(page)) this.queue.push(page);
        this.pump();
      });
    }
    return this.pages.get(page);
  }

  private pump(): void {
    while (!this.closed && !this.reopening && this.inFlight.size < MAX_IN_FLIGHT) {
      const page = this.queue.pop();
      if (page === undefined) return;
      if (!this.inFlight.has(page)) void this.fetch(page);
    }
  }

  private async fetch(page: number): Promise<void> {
    const generation = this.generation;
    this.inFlight.add(page);
    try {
      const answer = await this.fetchPage(page * PAGE, PAGE);
      if (generation !== this.generation) return;
      this.inFlight.delete(page);
      this.retryDelay = FIRST_RETRY_MS;
      this.store(page, answer);
      this.settle(page);
    } catch (error) {
      if (generation !== this.generation) return;
      this.inFlight.delete(page);
      if (error instanceof SnapshotGone && this.reopen) {
        await this.open(this.reopen);
      } else {
        this.settle(page, error);
        this.onError?.(error);
        this.retryLater();
      }
    }
    this.pump();
  }

  private store(page: number, { count, rows }: Page): void {
    const before = this.count;
    this.drop(page);
    this.pages.set(page, rows);
    rows.forEach((row, place) => {
      this.rowOf.set(row.id, page * PAGE + place);
    });
    // An unknown count: what was seen, and one page more while pages come full.
    const seen = page * PAGE + rows.length;
    this.count = count ?? (rows.length < PAGE ? seen : Math.max(before, seen + PAGE));
    for (const old of this.pages.keys()) {
      if (this.pages.size > MAX_PAGES || old * PAGE >= this.count) this.drop(old);
    }
    this.tell(this.count === before ? [page * PAGE, page * PAGE + PAGE - 1] : 'all');
  }

  private drop(page: number): void {
    this.pages.get(page)?.forEach((row, place) => {
      if (this.rowOf.get(row.id) === page * PAGE + place) this.rowOf.delete(row.id);
    });
    this.pages.delete(page);
    this.stale.delete(page);
  }

  private settle(page: number, error?: unknown): void {
    const waiting = this.waiters.get(page) ?? [];
    this.waiters.delete(page);
    for (const waiter of waiting) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  }

  /** One reopening serves all pages that found the snapshot gone. */
  private open(reopen: () => Promise<FetchPage>): Promise<void> {
    this.reopening ??= reopen()
      .then((fetchPage) => {
        this.reopening = null;
        this.retryDelay = FIRST_RETRY_MS;
        if (!this.closed) this.refresh(fetchPage);
      })
      .catch((error: unknown) => {
        this.reopening = null;
        for (const page of [...this.waiters.keys()]) this.settle(page, error);
        this.onError?.(error);
        this.retryLater();
      });
    return this.reopening;
  }

  private retryLater(): void {
    clearTimeout(this.retryTimer);
    if (this.closed) return;
    this.retryTimer = setTimeout(() => this.ensure(...this.wanted), this.retryDelay);
    this.retryDelay = Math.min(this.retryDelay * 2, LAST_RETRY_MS);
  }

  private tell(changed: RowSpan | 'all'): void {
    for (const listener of this.listeners) listener(changed);
  }
}
