import type { Place } from './selection';
import { type CellRange, rangeBetween } from './selection';
import type { Sheet } from './sheet';

/** The outlines that lie over the cells: the active cell, the selected range, the heads of its rows and columns. */
export class Marks {
  private readonly sheet: Sheet;
  private readonly active = layer('kg-mark-active');
  /** One for each pane. */
  private readonly range = [0, 1, 2, 3].map(() => layer('kg-mark-range'));
  private readonly heads = [0, 1].map(() => layer('kg-mark-heads'));
  private readonly drawn = [0, 1, 2, 3].map(() => layer('kg-mark-drawn'));
  /** The corner by which the selection is drawn on. */
  private readonly handle = layer('kg-handle');
  private markedHeaders: HTMLElement[] = [];

  constructor(sheet: Sheet) {
    this.sheet = sheet;
  }

  /** `drawn`: the range that the selection is being drawn on to; `handle`: whether it can be. */
  paint(active: Place | null, range: CellRange | null, drawn: CellRange | null, handle: boolean): void {
    this.paintAll([this.active], active && rangeBetween(active, active));
    const several = range && (range.top !== range.bottom || range.left !== range.right) ? range : null;
    this.paintAll(this.range, several);
    this.paintAll(this.drawn, drawn);
    this.paintAll(this.heads, range && { ...range, left: -1, right: -1 });
    this.markHeaders(range);
    this.placeHandle(handle ? range : null);
  }

  private paintAll(nodes: readonly HTMLElement[], range: CellRange | null): void {
    const pieces = range ? this.sheet.pieces(range) : [];
    nodes.forEach((node, place) => {
      const piece = pieces[place];
      node.hidden = !piece;
      if (range && piece) this.paintPiece(node, piece, range);
    });
  }

  private placeHandle(range: CellRange | null): void {
    const { sheet, handle } = this;
    handle.hidden = !range || !sheet.isInSight(range.bottom);
    if (!range || handle.hidden) return;
    const canvas = sheet.canvasOf(range.bottom, range.right);
    if (handle.parentElement !== canvas) canvas.append(handle);
    const box = sheet.boxOf(range.bottom, range.right);
    // At the edge of what stays it would be cut in two.
    const up = range.bottom === sheet.frozenRows - 1 ? 4 : 0;
    const inward = range.right === sheet.frozenColumns - 1 ? 4 : 0;
    handle.style.top = `${box.bottom - up}px`;
    handle.style.left = `${box.right - inward}px`;
  }

  /** Without a border at an edge where the range goes on, in another pane or out of sight. */
  private paintPiece(node: HTMLElement, piece: CellRange, range: CellRange): void {
    const canvas = this.sheet.canvasOf(piece.top, piece.left);
    if (node.parentElement !== canvas) canvas.append(node);
    const first = this.sheet.boxOf(piece.top, piece.left);
    const last = this.sheet.boxOf(piece.bottom, piece.right);
    Object.assign(node.style, {
      top: `${first.top}px`,
      left: `${first.left}px`,
      width: `${last.right - first.left}px`,
      height: `${last.bottom - first.top}px`,
      borderTopStyle: piece.top > range.top ? 'none' : '',
      borderBottomStyle: piece.bottom < range.bottom ? 'none' : '',
      borderLeftStyle: piece.left > range.left ? 'none' : '',
      borderRightStyle: piece.right < range.right ? 'none' : '',
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
