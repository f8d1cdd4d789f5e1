import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FetchPage, type Page, RemoteSource, SnapshotGone } from './remoteSource';
import type { RowSpan } from './source';

/** A server whose answers come when the test says so. */
class Server {
  readonly asked: number[] = [];
  private readonly open: { offset: number; answer: (page: Page) => void; refuse: (error: unknown) => void }[] = [];
  count: number | null = 100_000;

  readonly fetch: FetchPage = (offset) => {
    this.asked.push(offset / 200);
    return new Promise((answer, refuse) => this.open.push({ offset, answer, refuse }));
  };

  page(offset: number, size = 200): Page {
    const rows = Array.from({ length: size }, (_, place) => ({
      id: offset + place + 1,
      version: 1,
      cells: { name: `row ${offset + place}` },
    }));
    return { count: this.count, rows };
  }

  async answer(size = 200): Promise<void> {
    for (const request of this.open.splice(0)) request.answer(this.page(request.offset, size));
    await settled();
  }

  async refuse(error: unknown): Promise<void> {
    for (const request of this.open.splice(0)) request.refuse(error);
    await settled();
  }
}
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

let server: Server;
beforeEach(() => {
  server = new Server();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('rows of a server', () => {
  it('show as loading until the first answer says how many there are', async () => {
    const source = new RemoteSource(server.fetch, { expected: 30 });
    const told: (RowSpan | 'all')[] = [];
    source.subscribe((changed) => told.push(changed));
    expect(source.length).toBe(30);
    source.ensure(0, 40);
    await server.answer();
    expect(source.length).toBe(100_000);
    expect(source.get(7)?.cells.name).toBe('row 7');
    expect(source.get(200)).toBeUndefined();
    expect(told).toEqual(['all']);
    source.ensure(150, 250);
    await server.answer();
    expect(told.at(-1)).toEqual([200, 399]);
  });

  it('are asked for once, the newest wish first, four at a time, and not where one has scrolled on', async () => {
    const source = new RemoteSource(server.fetch, { expected: 100_000 });
    source.ensure(0, 1_399);
    expect(server.asked).toEqual([0, 1, 2, 3]);
    source.ensure(50_000, 50_399);
    source.ensure(80_000, 80_100);
    await server.answer();
    expect(server.asked).toEqual([0, 1, 2, 3, 400]);
    source.ensure(80_000, 80_100);
    await server.answer();
    expect(server.asked).toHaveLength(5);
  });

  it('are kept for the sixty pages used last', async () => {
    const source = new RemoteSource(server.fetch, { expected: 100_000 });
    for (let page = 0; page < 60; page += 1) {
      source.ensure(page * 200, page * 200 + 10);
      await server.answer();
    }
    source.ensure(0, 10); // used again, so page 1 is the oldest now
    source.ensure(60 * 200, 60 * 200 + 10);
    await server.answer();
    expect(source.get(0)).toBeDefined();
    expect(source.get(200)).toBeUndefined();
    expect([...source.loaded(0, 100_000)]).toHaveLength(60 * 200);
  });

  it('stay here and fresh at the top where they always show', async () => {
    const source = new RemoteSource(server.fetch, { expected: 100_000 });
    for (let page = 0; page < 70; page += 1) {
      source.ensure(page * 200, page * 200 + 10, 3);
      await server.answer();
    }
    expect(source.get(2)).toBeDefined();
    expect(source.get(210)).toBeUndefined();
    const before = server.asked.length;
    source.refresh();
    await server.answer();
    expect(server.asked.slice(before).sort((a, b) => a - b)).toEqual([0, 69]);
  });

  it('grow page by page while their number is not known', async () => {
    server.count = null;
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    expect(source.length).toBe(400);
    source.ensure(200, 210);
    await server.answer(30);
    expect(source.length).toBe(230);
  });

  it('can be empty', async () => {
    server.count = 0;
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer(0);
    expect(source.length).toBe(0);
    source.ensure(0, 10);
    expect(server.asked).toEqual([0]);
  });

  it('come as a promise where somebody needs them all', async () => {
    const source = new RemoteSource(server.fetch, { expected: 100_000 });
    const loading = source.load(190, 410);
    // Scrolling elsewhere meanwhile does not drop what was promised.
    source.ensure(9_000, 9_010);
    for (let turn = 0; turn < 4; turn += 1) await server.answer();
    const rows = await loading;
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 221 }, (_, place) => 191 + place));
  });

  it('are found by id and patched, but not with an older version', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    const told: (RowSpan | 'all')[] = [];
    source.subscribe((changed) => told.push(changed));
    expect(source.find(8)).toBe(7);
    source.patch(8, 3, { name: 'new' });
    expect(source.get(7)).toEqual({ id: 8, version: 3, cells: { name: 'new' } });
    source.patch(8, 2, { name: 'old news' });
    expect(source.get(7)?.cells.name).toBe('new');
    source.patch(99_999, 2, { name: 'not here' });
    expect(told).toEqual([[7, 7]]);
  });
});

describe('rows that change places', () => {
  const ids = (source: RemoteSource, from: number, to: number) => [...source.loaded(from, to)].map(([, { id }]) => id);

  it('go one down or up, the passed one to the other side, and are found there', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    const told: (RowSpan | 'all')[] = [];
    source.subscribe((changed) => told.push(changed));
    expect(source.swap(2, 3, 1)).toBe(true);
    expect(ids(source, 0, 5)).toEqual([1, 2, 5, 3, 4, 6]);
    expect([3, 4, 5].map((id) => source.find(id))).toEqual([3, 4, 2]);
    expect(source.swap(3, 4, -1)).toBe(true);
    expect(ids(source, 0, 5)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(told).toEqual([
      [2, 4],
      [2, 4],
    ]);
  });

  it('go from one page to the next', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    source.ensure(0, 300);
    await server.answer();
    expect(source.swap(198, 199, 1)).toBe(true);
    expect(ids(source, 197, 201)).toEqual([198, 201, 199, 200, 202]);
    expect(source.find(201)).toBe(198);
    expect(source.find(200)).toBe(200);
  });

  it('stay where the row that they would pass is not here', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    expect(source.swap(199, 199, 1)).toBe(false);
    expect(ids(source, 198, 199)).toEqual([199, 200]);
  });
});

describe('when things change or go wrong', () => {
  it('a refresh keeps the old rows until the new ones are here', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    await server.answer();
    server.count = 50;
    source.refresh();
    expect(source.get(0)).toBeDefined();
    expect(server.asked).toEqual([0, 0]);
    await server.answer(50);
    expect(source.length).toBe(50);
    expect(source.find(199)).toBeUndefined();
  });

  it('a refresh finds rows where there were none', async () => {
    server.count = 0;
    const source = new RemoteSource(server.fetch, { expected: 30 });
    source.ensure(0, 40);
    await server.answer(0);
    server.count = 3;
    source.refresh();
    await server.answer(3);
    expect(source.length).toBe(3);
    expect(source.get(2)?.cells.name).toBe('row 2');
  });

  it('an answer from before a refresh is not stored', async () => {
    const source = new RemoteSource(server.fetch);
    source.ensure(0, 10);
    const other = new Server();
    other.count = 3;
    source.refresh(other.fetch);
    await server.answer();
    expect(source.get(0)).toBeUndefined();
    await other.answer(3);
    expect(source.length).toBe(3);
  });

  it('a lost snapshot is asked for anew, once for all pages that miss it', async () => {
    const other = new Server();
    const reopen = vi.fn(async () => other.fetch);
    const onError = vi.fn();
    const source = new RemoteSource(server.fetch, { reopen, onError, expected: 1_000 });
    source.ensure(0, 500);
    await server.refuse(new SnapshotGone());
    expect(reopen).toHaveBeenCalledTimes(1);
    expect(onError).not.toHaveBeenCalled();
    await other.answer();
    expect(source.get(0)).toBeDefined();
    expect(other.asked).toEqual([0, 1, 2]);
  });

  it('a page that failed is told about and tried again by itself, more and more slowly', async () => {
    vi.useFakeTimers();
    const onError = vi.fn();
    const source = new RemoteSource(server.fetch, { onError });
    source.ensure(0, 10);
    await server.refuse(new Error('offline'));
    expect(onError).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(server.asked).toEqual([0, 0]);
    await server.refuse(new Error('offline'));
    vi.advanceTimersByTime(1_500);
    expect(server.asked).toHaveLength(2);
    vi.advanceTimersByTime(500);
    await server.answer();
    expect(source.get(0)).toBeDefined();
  });

  it('a load rejects when its page cannot be had', async () => {
    const source = new RemoteSource(server.fetch);
    const loading = source.load(0, 10);
    await server.refuse(new Error('offline'));
    await expect(loading).rejects.toThrow('offline');
    source.close();
  });

  it('a closed source asks for nothing and answers nothing', async () => {
    const source = new RemoteSource(server.fetch);
    const loading = source.load(0, 10);
    source.close();
    await expect(loading).rejects.toThrow('closed');
    await server.answer();
    expect(source.get(0)).toBeUndefined();
  });
});
