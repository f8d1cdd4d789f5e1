import { queryClient } from './cache';
import { get, post } from './client';
import { type Changes, forget, numberOf, remember } from './told';
import type { ObjectKey, RecordId } from './types';

/** Where somebody else is; `record` and `field` null where this person may not know, or there is no cursor. */
export interface Guest {
  user: number;
  tab: string;
  object: ObjectKey | null;
  record: RecordId | null;
  field: string | null;
}

interface Place {
  object: ObjectKey | null;
  record: RecordId | null;
  field: string | null;
}

interface Events {
  changes: Changes;
  /** The line is there. */
  open: null;
  /** What is on the page may be old in any way. */
  reset: null;
  people: Guest[];
  /** Something was said about these records; null: about any. */
  comments: { object: ObjectKey; records: RecordId[] | null };
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** The server says something every 15 seconds. */
const SILENCE_MS = 40_000;
const HEARTBEAT_MS = 15_000;
const PLACE_MS = 800;

/**
 * The stream of what others do, one for the page. Tabs that nobody looks at have none: a browser keeps six lines to one
 * server. They go on from where they were. Without a stream the page works as it does without others.
 */
class Live {
  /** Names this page among those of the same person. */
  readonly tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (one) => one.toString(16)).join('');
  private stream: EventSource | null = null;
  private cursor = '';
  private running = false;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners: { [Name in keyof Events]: Set<(said: Events[Name]) => void> } = {
    open: new Set(),
    changes: new Set(),
    reset: new Set(),
    people: new Set(),
    comments: new Set(),
  };
  private guests: Guest[] = [];
  private here: Place | null = null;
  /** Who looks with another's eyes is nowhere for the others. */
  unseen = false;
  private placeTimer: ReturnType<typeof setTimeout> | undefined;
  private lastPlace = 0;

  /** Listens while somebody looks at the page, from `cursor` on; the answer stops it. */
  start(cursor: string): () => void {
    const look = () => (document.visibilityState === 'visible' ? this.open() : this.close());
    const beat = setInterval(() => this.here && this.stream && void this.tellPlace(), HEARTBEAT_MS);
    // Somebody else may have signed in since.
    this.cursor = cursor;
    forget();
    this.running = true;
    look();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    window.addEventListener('pagehide', this.close);
    return () => {
      this.running = false;
      this.close();
      clearInterval(beat);
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
      window.removeEventListener('pagehide', this.close);
    };
  }

  on<Name extends keyof Events>(name: Name, act: (said: Events[Name]) => void): () => void {
    this.listeners[name].add(act);
    return () => this.listeners[name].delete(act);
  }

  /** Who else is here now; the same list until it changes. */
  readonly people = (): Guest[] => this.guests;

  /** Says where this page is, when the hand rests for a moment. */
  goTo(place: Place): void {
    if (JSON.stringify(place) === JSON.stringify(this.here)) return;
    this.here = place;
    if (this.placeTimer) return;
    const wait = Math.max(0, this.lastPlace + PLACE_MS - performance.now());
    this.placeTimer = setTimeout(() => {
      this.placeTimer = undefined;
      void this.tellPlace();
    }, wait);
  }

  private async tellPlace(): Promise<void> {
    this.lastPlace = performance.now();
    if (!this.stream || !this.here || this.unseen) return;
    await post('/api/live/place', { tab: this.tab, ...this.here }).catch(() => {});
  }

  private open(): void {
    clearTimeout(this.retry);
    if (this.stream || !this.running) return;
    const query = new URLSearchParams({ tab: this.tab, after: this.cursor });
    const stream = new EventSource(`/api/live?${query}`);
    this.stream = stream;
    stream.onerror = () => this.stream === stream && this.failed();
    const on = (name: string, act: (data: unknown) => void) =>
      stream.addEventListener(name, (event: MessageEvent<string>) => {
        if (this.stream !== stream) return;
        this.cursor = event.lastEventId || this.cursor;
        this.heard();
        act(JSON.parse(event.data));
      });
    on('hello', () => {
      void this.tellPlace();
      this.tell('open', null);
    });
    on('beat', () => {});
    on('changes', (said) => this.changed(said as Partial<Changes> & { object: ObjectKey }));
    on('reset', () => this.reset());
    on('people', (said) => {
      this.guests = (said as { people: Guest[] }).people;
      this.tell('people', this.guests);
    });
    on('comments', (said) => this.tell('comments', said as Events['comments']));
    on('notices', () => void queryClient.invalidateQueries({ queryKey: ['notifications'] }));
    on('objects', () => void queryClient.invalidateQueries({ queryKey: ['objects'] }));
    on('bye', () => {
      this.failed();
      // Says that nobody is signed in any more, where that is so.
      void get('/api/me').catch(() => {});
    });
    this.listen();
  }

  private readonly close = (): void => {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.stream?.close();
    this.stream = null;
  };

  private heard(): void {
    this.failures = 0;
    this.listen();
  }

  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.failed(), SILENCE_MS);
  }

  private failed(): void {
    this.close();
    this.failures += 1;
    if (this.guests.length > 0) {
      this.guests = [];
      this.tell('people', this.guests);
    }
    // A cursor that is refused again and again is of no use any more.
    if (this.failures === 4 && this.cursor) {
      this.cursor = '';
      this.reset();
    }
    const delay = Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), LAST_RETRY_MS);
    this.retry = setTimeout(() => this.open(), delay * (0.5 + Math.random()));
  }

  private reset(): void {
    forget();
    this.tell('reset', null);
  }

  private changed(said: Partial<Changes> & { object: ObjectKey }): void {
    const nothing = { reload: false, fields: [], rows: [], changed: {}, new: [], gone: [] };
    const changes: Changes = { ...nothing, ...said, number: numberOf(this.cursor) };
    remember(changes);
    this.tell('changes', changes);
  }

  private tell<Name extends keyof Events>(name: Name, said: Events[Name]): void {
    for (const act of this.listeners[name]) act(said);
  }
}

export const live = new Live();
