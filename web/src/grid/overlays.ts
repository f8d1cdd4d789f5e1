import type { InputLine } from './inputLine';
import { Marks } from './marks';
import type { CellRange, Place } from './selection';
import type { Sheet } from './sheet';

/** A word about the active cell: why it is marked, or why it cannot be changed. */
export interface Remark {
  text: string;
  problem: boolean;
}

/** What lies over the cells and moves with them: outlines, the input line, the remark under the active cell. */
export class Overlays {
  private readonly wrapper: HTMLElement;
  private readonly sheet: Sheet;
  private readonly line: InputLine;
  private readonly marks: Marks;
  /** Covers the part of the grid where the active cell can be seen, and cuts off what sticks out of it. */
  private readonly window = document.createElement('div');
  private readonly note = document.createElement('div');
  /** Reads out where the cursor is to those who do not see it. */
  private readonly voice = document.createElement('div');

  constructor(wrapper: HTMLElement, sheet: Sheet, line: InputLine) {
    this.wrapper = wrapper;
    this.sheet = sheet;
    this.line = line;
    this.marks = new Marks(sheet);
    this.window.className = 'kg-window';
    this.note.className = 'kg-note';
    this.note.hidden = true;
    this.voice.className = 'kg-voice';
    this.voice.setAttribute('aria-live', 'polite');
    this.window.append(line.element, this.note);
    wrapper.append(this.window, this.voice);
  }

  /** Puts everything where its cell is now. */
  place(active: Place | null, range: CellRange | null, remark: Remark | null): void {
    this.marks.paint(active, range);
    if (!active) {
      this.note.hidden = true;
      return;
    }
    const outer = this.wrapper.getBoundingClientRect();
    const seen = this.sheet.clipOf(active.column);
    Object.assign(this.window.style, {
      top: `${seen.top - outer.top}px`,
      left: `${seen.left - outer.left}px`,
      width: `${seen.width}px`,
      height: `${seen.height}px`,
    });
    const rect = this.sheet.rectOf(active.row, active.column);
    const box = new DOMRect(rect.left - seen.left, rect.top - seen.top, rect.width, rect.height);
    this.line.place(box, seen);
    this.placeNote(box, seen, remark);
  }

  say(text: string): void {
    this.voice.textContent = text;
  }

  private placeNote(box: DOMRect, space: DOMRect, remark: Remark | null): void {
    const { note } = this;
    note.hidden = remark === null;
    if (!remark) return;
    note.textContent = remark.text;
    note.classList.toggle('kg-problem', remark.problem);
    const below = box.bottom + note.offsetHeight + 4 <= space.height;
    note.style.top = `${below ? box.bottom + 4 : box.top - note.offsetHeight - 4}px`;
    note.style.left = `${Math.max(0, Math.min(box.left, space.width - note.offsetWidth))}px`;
  }
}
