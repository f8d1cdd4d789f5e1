import type { Place } from './selection';
import { type CellRange, rangeBetween } from './selection';
import type { Sheet } from './sheet';

/** The outlines that lie over the cells: the active cell, the selected range, the heads of its rows and columns. */
export class Marks {
  private readonly sheet: Sheet;
  private readonly active = layer('kg-mark-active');
  private readonly left = layer('kg-mark-range');
  private readonly right = layer('kg-mark-range');
  private readonly heads = layer('kg-mark-heads');
  private readonly drawnLeft = layer('kg-mark-drawn');
  private readonly drawnRight = layer('kg-mark-drawn');
  /** The corner by which the selection is drawn on. */
  private readonly handle = layer('kg-handle');
  private markedHeaders: HTMLElement[] = [];

  constructor(sheet: Sheet) {
    this.sheet = sheet;
    const frozenCanvas = sheet.canvasOf(-1);
    frozenCanvas.append(this.left, this.heads);
  }

  /** `drawn`: the range that the selection is being drawn on to; `handle`: whether it can be. */
  paint(active: Place | null, range: CellRange | null, drawn: CellRange | null, handle: boolean): void {
    this.paintPart(this.active, active && rangeBetween(active, active));
    const several = range && (range.top !== range.bottom || range.left !== range.right) ? range : null;
    this.paintBoth(this.left, this.right, several);
    this.paintBoth(this.drawnLeft, this.drawnRight, drawn);
    this.paintPart(this.heads, range && { ...range, left: -1, right: -1 });
    this.markHeaders(range);
    this.placeHandle(handle ? range : null);
  }

  private paintBoth(left: HTMLElement, right: HTMLElement, range: CellRange | null): void {
    const { frozenColumns } = this.sheet;
    const inFrozen = range && range.left < frozenColumns;
    const inScrolling = range && range.right >= frozenColumns;
    this.paintPart(left, inFrozen ? { ...range, right: Math.min(range.right, frozenColumns - 1) } : null);
    this.paintPart(right, inScrolling ? { ...range, left: Math.max(range.left, frozenColumns) } : null);
  }

  private placeHandle(range: CellRange | null): void {
    const { sheet, handle } = this;
    handle.hidden = !range || !sheet.isInSight(range.bottom);
    if (!range || handle.hidden) return;
    const canvas = sheet.canvasOf(range.right);
    if (handle.parentElement !== canvas) canvas.append(handle);
    const box = sheet.boxOf(range.bottom, range.right);
    handle.style.top = `${box.bottom}px`;
    handle.style.left = `${box.right}px`;
  }

  private paintPart(node: HTMLElement, range: CellRange | null): void {
    const part = range && this.sheet.visiblePart(range);
    node.hidden = !part;
    if (!part) return;
    const canvas = this.sheet.canvasOf(part.left);
    if (node.parentElement !== canvas) canvas.append(node);
    const first = this.sheet.boxOf(part.top, part.left);
    const last = this.sheet.boxOf(part.bottom, part.right);
    Object.assign(node.style, {
      top: `${first.top}px`,
      left: `${first.left}px`,
      width: `${last.right - first.left}px`,
      height: `${last.bottom - first.top}px`,
    });
  }

  private markHeaders(range: CellRange | null): void {
    for (const node of this.markedHeaders) node.classList.remove('kg-in-range', 'kg-alone');
    const fields = range ? this.sheet.view.fields.slice(range.left, range.right + 1) : [];
    this.markedHeaders = fields.flatMap((field) => this.sheet.headerOf(field.key) ?? []);
    for (const node of this.markedHeaders) {
      node.classList.add('kg-in-range');
      node.classList.toggle('kg-alone', fields.length === 1);
    }
  }
}

function layer(className: string): HTMLElement {
  const node = document.createElement('div');
  node.className = `kg-mark ${className}`;
  node.hidden = true;
  return node;
}
