import type { Cell } from '@/api/types';
import { sameCell } from '@/fields/cells';
import type { CellPainter } from './painter';
import type { Sheet } from './sheet';
import type { RowSource } from './source';

/** How long a cell shows that somebody else has changed it. */
const FRESH_MS = 2_400;

/** Somebody else and the cell that he is on. */
export interface GuestFrame {
  key: string;
  record: number;
  field: string;
  name: string;
  /** One of the twelve hues, 0–11. */
  hue: number;
}

/** What others do, on the cells: the one where each is has a frame and a name; what they changed stands out a while. */
export class Others {
  readonly sheet: Sheet;
  readonly source: RowSource;
  readonly painter: CellPainter;
  private readonly fresh = new Map<number, Map<string, ReturnType<typeof setTimeout>>>();
  private readonly frames = new Map<string, HTMLElement>();
  private guests: readonly GuestFrame[] = [];

  constructor(sheet: Sheet, source: RowSource, painter: CellPainter) {
    this.sheet = sheet;
    this.source = source;
    this.painter = painter;
    painter.isFresh = (id, key) => this.fresh.get(id)?.has(key) ?? false;
  }

  /** Takes over a record as somebody else left it; what shows differently now stands out. */
  changed(id: number, version: number, cells: Record<string, Cell>): void {
    const row = this.source.find(id);
    const old = row === undefined ? undefined : this.source.get(row);
    if (!old || old.version > version) return;
    for (const [key, cell] of Object.entries(cells)) {
      // What is on its way from here shows already.
      if (old.version < version && !sameCell(this.painter.shown(old, key), cell)) this.mark(id, key);
    }
    this.source.patch(id, version, cells);
  }

  show(guests: readonly GuestFrame[]): void {
    this.guests = guests;
    this.place();
  }

  /** Puts the frames where their cells are now. */
  place(): void {
    const shown = new Set<string>();
    for (const guest of this.guests) {
      const row = this.source.find(guest.record);
      const column = this.sheet.view.fields.findIndex(({ key }) => key === guest.field);
      if (row === undefined || column < 0) continue;
      if (!this.sheet.isInSight(row)) continue;
      shown.add(guest.key);
      this.placeFrame(guest, row, column);
    }
    for (const [key, frame] of this.frames) {
      if (shown.has(key)) continue;
      frame.remove();
      this.frames.delete(key);
    }
  }

  destroy(): void {
    for (const marks of this.fresh.values()) for (const timer of marks.values()) clearTimeout(timer);
  }

  private placeFrame(guest: GuestFrame, row: number, column: number): void {
    const frame = this.frames.get(guest.key) ?? newFrame();
    this.frames.set(guest.key, frame);
    for (const part of ['bg', 'fg', 'dot']) {
      frame.style.setProperty(`--kg-${part}`, `var(--kebu-hue-${guest.hue}-${part})`);
    }
    if (frame.textContent !== guest.name && frame.firstElementChild) frame.firstElementChild.textContent = guest.name;
    const { frozenRows } = this.sheet;
    const canvas = this.sheet.canvasOf(row, column);
    if (frame.parentElement !== canvas) canvas.append(frame);
    const box = this.sheet.boxOf(row, column);
    // Above the first row of a pane there is another one, or the header; a single row that stays has nothing below.
    frame.classList.toggle('kg-guest-below', row === 0 || row === frozenRows);
    frame.classList.toggle('kg-guest-inside', row === 0 && frozenRows === 1);
    Object.assign(frame.style, {
      top: `${box.top}px`,
      left: `${box.left}px`,
      width: `${box.right - box.left}px`,
      height: `${box.bottom - box.top}px`,
    });
  }

  private mark(id: number, key: string): void {
    const marks = this.fresh.get(id) ?? new Map<string, ReturnType<typeof setTimeout>>();
    this.fresh.set(id, marks);
    clearTimeout(marks.get(key));
    const done = () => {
      marks.delete(key);
      if (marks.size === 0) this.fresh.delete(id);
      const row = this.source.find(id);
      if (row !== undefined) this.sheet.repaint([row]);
    };
    marks.set(key, setTimeout(done, FRESH_MS));
  }
}

function newFrame(): HTMLElement {
  const frame = document.createElement('div');
  frame.className = 'kg-mark kg-guest';
  frame.append(document.createElement('span'));
  return frame;
}
