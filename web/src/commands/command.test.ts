import { expect, it } from 'vitest';
import { matches } from './command';

const press = (key: string, more: Partial<KeyboardEventInit> = {}) => new KeyboardEvent('keydown', { key, ...more });

it('a shortcut asks for exactly its keys', () => {
  expect(matches(press('k', { ctrlKey: true }), 'mod+k')).toBe(true);
  expect(matches(press('K', { ctrlKey: true }), 'mod+k')).toBe(true);
  expect(matches(press('k'), 'mod+k')).toBe(false);
  expect(matches(press('z', { ctrlKey: true, shiftKey: true }), 'mod+z')).toBe(false);
  expect(matches(press('z', { ctrlKey: true, shiftKey: true }), 'mod+shift+z')).toBe(true);
});
