/** What a key means, apart from who carries it out. */
export type Act =
  | { act: 'move'; rows: number; columns: number; extend: boolean }
  | { act: 'page'; step: 1 | -1; extend: boolean }
  | { act: 'edge'; to: 'rowStart' | 'rowEnd' | 'first' | 'last'; extend: boolean }
  | { act: 'jump'; rows: -1 | 0 | 1; columns: -1 | 0 | 1; extend: boolean }
  | { act: 'next'; step: 1 | -1 }
  | { act: 'enter'; step: 1 | -1 }
  | { act: 'edit' | 'clear' | 'escape' | 'space' | 'open' | 'chooseRow' | 'selectAll' | 'removeRows' }
  | { act: 'undo' | 'redo' | 'columnMenu' | 'cellMenu' | 'comments' }
  | { act: 'fill'; way: 'down' | 'right' }
  | { act: 'today' | 'selectColumn' | 'insertRow' | 'duplicateRows' }
  | { act: 'resizeColumn' | 'moveRows'; step: 1 | -1 };

/** The parts of a KeyboardEvent that count. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const ARROWS: Record<string, [rows: -1 | 0 | 1, columns: -1 | 0 | 1]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What a key does while no cell is being edited; null: the browser's business (typing, copying, …). */
export function actOf(press: KeyPress): Act | null {
  const { key, shiftKey: extend, altKey } = press;
  const command = press.ctrlKey || press.metaKey;
  if (altKey) return altAct(key, extend, command);
  if (command) return commandAct(key, extend);
  const arrow = ARROWS[key];
  if (arrow) return { act: 'move', rows: arrow[0], columns: arrow[1], extend };
  switch (key) {
    case 'Home':
      return { act: 'edge', to: 'rowStart', extend };
    case 'End':
      return { act: 'edge', to: 'rowEnd', extend };
    case 'PageUp':
      return { act: 'page', step: -1, extend };
    case 'PageDown':
      return { act: 'page', step: 1, extend };
    case 'Tab':
      return { act: 'next', step: extend ? -1 : 1 };
    case 'Enter':
      return { act: 'enter', step: extend ? -1 : 1 };
    case 'F2':
      return { act: 'edit' };
    case 'Escape':
      return { act: 'escape' };
    case 'Delete':
    case 'Backspace':
      return { act: 'clear' };
    case ' ':
      return { act: extend ? 'chooseRow' : 'space' };
    case 'ContextMenu':
      return { act: 'cellMenu' };
    case 'F10':
      return extend ? { act: 'cellMenu' } : null;
    default:
      return null;
  }
}

function altAct(key: string, shift: boolean, command: boolean): Act | null {
  // As in Google Sheets; of the keys that make a plus sign a keyboard has one or the other.
  if (command && /^[mµ]$/i.test(key)) return { act: 'comments' };
  if (command) return key === '=' || key === '+' || key === '≠' ? { act: 'insertRow' } : null;
  if (key === 'ArrowDown' && !shift) return { act: 'columnMenu' };
  if (key === 'ArrowUp' && shift) return { act: 'moveRows', step: -1 };
  if (key === 'ArrowDown' && shift) return { act: 'moveRows', step: 1 };
  if (key === 'ArrowLeft' && shift) return { act: 'resizeColumn', step: -1 };
  if (key === 'ArrowRight' && shift) return { act: 'resizeColumn', step: 1 };
  return null;
}

function commandAct(key: string, extend: boolean): Act | null {
  const arrow = ARROWS[key];
  if (arrow) return { act: 'jump', rows: arrow[0], columns: arrow[1], extend };
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case 'Home':
      return { act: 'edge', to: 'first', extend };
    case 'End':
      return { act: 'edge', to: 'last', extend };
    case 'z':
      return { act: extend ? 'redo' : 'undo' };
    case 'y':
      return { act: 'redo' };
    case 'a':
      return { act: 'selectAll' };
    case 'd':
      return extend ? { act: 'duplicateRows' } : { act: 'fill', way: 'down' };
    case 'r':
      return extend ? null : { act: 'fill', way: 'right' };
    case ';':
      return { act: 'today' };
    case ' ':
      return { act: 'selectColumn' };
    case 'Enter':
      return { act: 'open' };
    case 'Delete':
    case 'Backspace':
      return { act: 'removeRows' };
    default:
      return null;
  }
}

/** A key that an input method is using: neither ours nor the grid's. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
