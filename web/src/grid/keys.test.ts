import { describe, expect, it } from 'vitest';
import { type Act, actOf } from './keys';

/** `Ctrl+Shift+ArrowDown` → the key press. */
function press(name: string) {
  const parts = name.split('+');
  const key = parts.pop() ?? '';
  return {
    key: key === 'Space' ? ' ' : key,
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Cmd'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
}

describe('a key in the grid', () => {
  const table: [string, Act | null][] = [
    ['ArrowDown', { act: 'move', rows: 1, columns: 0, extend: false }],
    ['Shift+ArrowLeft', { act: 'move', rows: 0, columns: -1, extend: true }],
    ['Ctrl+ArrowUp', { act: 'jump', rows: -1, columns: 0, extend: false }],
    ['Ctrl+Shift+ArrowRight', { act: 'jump', rows: 0, columns: 1, extend: true }],
    ['Home', { act: 'edge', to: 'rowStart', extend: false }],
    ['Ctrl+Home', { act: 'edge', to: 'first', extend: false }],
    ['Cmd+End', { act: 'edge', to: 'last', extend: false }],
    ['PageDown', { act: 'page', step: 1, extend: false }],
    ['Tab', { act: 'next', step: 1 }],
    ['Shift+Tab', { act: 'next', step: -1 }],
    ['Enter', { act: 'enter', step: 1 }],
    ['Shift+Enter', { act: 'enter', step: -1 }],
    ['Ctrl+Enter', { act: 'open' }],
    ['Space', { act: 'space' }],
    ['Shift+Space', { act: 'chooseRow' }],
    ['F2', { act: 'edit' }],
    ['Escape', { act: 'escape' }],
    ['Delete', { act: 'clear' }],
    ['Backspace', { act: 'clear' }],
    ['Ctrl+Delete', { act: 'removeRows' }],
    ['Ctrl+z', { act: 'undo' }],
    ['Ctrl+Shift+Z', { act: 'redo' }],
    ['Ctrl+y', { act: 'redo' }],
    ['Ctrl+a', { act: 'selectAll' }],
    ['Ctrl+d', { act: 'fill', way: 'down' }],
    ['Cmd+r', { act: 'fill', way: 'right' }],
    ['Ctrl+Shift+D', { act: 'duplicateRows' }],
    ['Ctrl+Alt+=', { act: 'insertRow' }],
    ['Ctrl+Alt+m', { act: 'comments' }],
    ['Ctrl+;', { act: 'today' }],
    ['Ctrl+Space', { act: 'selectColumn' }],
    ['Alt+ArrowDown', { act: 'columnMenu' }],
    ['Alt+Shift+ArrowRight', { act: 'resizeColumn', step: 1 }],
    ['Shift+F10', { act: 'cellMenu' }],
    // The browser's own: typing, the clipboard, going back, searching the page
    ['a', null],
    ['Shift+A', null],
    ['=', null],
    ['Ctrl+c', null],
    ['Ctrl+v', null],
    ['Ctrl+f', null],
    ['Ctrl+Shift+R', null],
    ['Alt+ArrowLeft', null],
    ['F5', null],
  ];
  it.each(table)('%s', (name, act) => {
    expect(actOf(press(name))).toEqual(act);
  });
});
