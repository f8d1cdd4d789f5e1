import type { CommentMark } from '@/api/comments';
import type { Field } from '@/api/types';
import type { Others } from './others';
import type { GridRow } from './source';

const AT_ONCE = 500;
const MAX_KNOWN = 20_000;
/** Rows that scroll by are asked for together, after what is painted of them. */
const REST_MS = 200;
/** Pixels of a cell's corner that open what is said about it. */
const CORNER = 10;

/**
 * Which cells have open comments, marked at their corner. Records are asked for as they are painted, all of a window
 * in one request, and again when something was said about them.
 */
export class Notes {
  private readonly others: Others;
  private readonly ask: (ids: number[]) => Promise<CommentMark[]>;
  /** How many comments, by record and field; a record that is in here was asked for. */
  private readonly known = new Map<number, ReadonlyMap<string, number>>();
  private stale = new Set<number>();
  private readonly wanted = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private ended = false;
  private readonly title: string;
  private readonly stops: (() => void)[];

  /** `title` is the field whose cell stands for the record as a whole; `say` what a mark says. */
  constructor(
    others: Others,
    ask: (ids: number[]) => Promise<CommentMark[]>,
    options: {
      title: string;
      say: (count: number) => string;
      onOpen: (row: GridRow, field: Field, anchor: DOMRect) => void;
    },
  ) {
    this.others = others;
    this.ask = ask;
    this.title = options.title;
    const { host } = others.sheet;
    // Pressing a cell scrolls it into sight: where its corner was is known before, and opens after.
    let pressed: Element | null = null;
    const press = (event: MouseEvent) => {
      const cell = event.button === 0 && event.target instanceof Element ? event.target.closest('.kg-noted') : null;
      const box = cell?.getBoundingClientRect();
      const isCorner = box && event.clientX - box.left <= CORNER && event.clientY - box.top <= CORNER;
      pressed = isCorner ? cell : null;
    };
    const open = () => {
      const place = others.sheet.placeOf(pressed);
      const row = place && others.source.get(place.row);
      const field = place && others.sheet.view.fields[place.column];
      pressed = null;
      if (row && field) options.onOpen(row, field, others.sheet.rectOf(place.row, place.column));
    };
    host.addEventListener('mousedown', press, { capture: true });
    host.addEventListener('click', open);
    this.stops = [
      () => host.removeEventListener('mousedown', press, { capture: true }),
      () => host.removeEventListener('click', open),
    ];
    others.painter.note = (id, key) => {
      const count = this.count(id, key);
      return count > 0 ? options.say(count) : '';
    };
    others.sheet.repaintAll();
  }

  destroy(): void {
    this.ended = true;
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
    this.others.painter.note = () => '';
  }

  /** Something was said about these records; null: about any. */
  said(ids: readonly number[] | null): void {
    for (const id of ids ?? this.known.keys()) if (this.known.has(id)) this.stale.add(id);
    // What is in sight is painted, and asked for with that.
    this.others.sheet.repaintAll();
  }

  private count(id: number, key: string): number {
    if (id <= 0) return 0;
    const marks = this.known.get(id);
    if (!marks || this.stale.has(id)) this.want(id);
    return marks?.get(key) ?? 0;
  }

  private want(id: number): void {
    this.wanted.add(id);
    if (this.busy) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    }, REST_MS);
  }

  private async fetch(): Promise<void> {
    const ids = [...this.wanted].slice(-AT_ONCE);
    if (ids.length === 0 || this.busy || this.ended) return;
    this.wanted.clear();
    this.busy = true;
    if (this.known.size > MAX_KNOWN) this.known.clear();
    // Where something is said meanwhile it is asked again.
    for (const id of ids) this.stale.delete(id);
    const marks = await this.ask(ids).catch(() => null);
    this.busy = false;
    if (this.ended) return;
    this.learn(ids, marks);
    if (this.wanted.size > 0) void this.fetch();
  }

  /** Without an answer nothing is marked, until something is said or the page comes back to the line. */
  private learn(ids: number[], marks: CommentMark[] | null): void {
    const found = new Map(ids.map((id) => [id, new Map<string, number>()]));
    for (const [id, field, count] of marks ?? []) {
      const of = found.get(id);
      const key = field ?? this.title;
      of?.set(key, (of.get(key) ?? 0) + count);
    }
    const rows: number[] = [];
    for (const [id, now] of found) {
      const before = this.known.get(id);
      this.known.set(id, marks || !before ? now : before);
      if (marks && JSON.stringify([...(before ?? [])]) !== JSON.stringify([...now])) {
        const row = this.others.source.find(id);
        if (row !== undefined) rows.push(row);
      }
    }
    if (rows.length > 0) this.others.sheet.repaint(rows);
  }
}
