import type { InputLine } from './inputLine';
import { Marks } from './marks';
import type { CellRange, Place } from './selection';
import type { Sheet } from './sheet';

/** A word about the active cell: why it is marked, or why it cannot be changed. */
export interface Remark {
  text: string;
  problem: boolean;
}

/** What is selected, what that is being drawn on to, and whether it can be. */
export interface Selection {
  range: CellRange | null;
  drawn: CellRange | null;
  handle: boolean;
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
    this.window.append(line.element);
    wrapper.append(this.window, this.note, this.voice);
  }

  /** Puts everything where its cell is now. */
  place(active: Place | null, selection: Selection, remark: Remark | null): void {
    this.marks.paint(active, selection.range, selection.drawn, selection.handle);
    if (!active || !this.sheet.isInSight(active.row)) {
      // Nothing is measured while one scrolls far away.
      this.note.hidden = true;
      this.window.classList.add('kg-away');
      return;
    }
    this.window.classList.remove('kg-away');
    const outer = this.wrapper.getBoundingClientRect();
    const { sheet } = this;
    // An editor in a frozen row or column may reach over what scrolls, not the other way round.
    const seen = sheet.from(active.row, active.column);
    Object.assign(this.window.style, {
      top: `${seen.top - outer.top}px`,
      left: `${seen.left - outer.left}px`,
      width: `${seen.width}px`,
      height: `${seen.height}px`,
    });
    const rect = sheet.rectOf(active.row, active.column);
    this.line.place(new DOMRect(rect.left - seen.left, rect.top - seen.top, rect.width, rect.height), seen);
    this.placeNote(remark, rect, seen, outer);
  }

  say(text: string): void {
    this.voice.textContent = text;
  }

  /** Below its cell, above it where the grid ends; hidden with it when it scrolls away. */
  private placeNote(remark: Remark | null, cell: DOMRect, seen: DOMRect, outer: DOMRect): void {
    const { note } = this;
    const gone =
      cell.bottom <= seen.top || cell.top >= seen.bottom || cell.right <= seen.left || cell.left >= seen.right;
    note.hidden = remark === null || gone;
    if (!remark || gone) return;
    note.textContent = remark.text;
    note.classList.toggle('kg-problem', remark.problem);
    const below = cell.bottom + note.offsetHeight + 4 <= seen.bottom;
    const left = Math.max(seen.left, Math.min(cell.left, seen.right - note.offsetWidth));
    note.style.top = `${(below ? cell.bottom + 4 : cell.top - note.offsetHeight - 4) - outer.top}px`;
    note.style.left = `${left - outer.left}px`;
  }
}
