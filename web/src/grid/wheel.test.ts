import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Sheet } from './sheet';
import { bindScrolling } from './wheel';

let wrapper: HTMLElement;
let moved: number[];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame'] });
  wrapper = document.createElement('div');
  const scroller = document.createElement('div');
  Object.defineProperty(scroller, 'clientHeight', { value: 660 });
  moved = [];
  const grid = { scroller, moveBy: (_: number, down: number) => down !== 0 && moved.push(down) };
  stop = bindScrolling({ grid, host: wrapper, view: { rowHeight: 36 } } as unknown as Sheet, wrapper);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});
const turn = (deltaY: number) => wrapper.dispatchEvent(new WheelEvent('wheel', { deltaY, cancelable: true }));
const frame = () => vi.advanceTimersToNextTimer();

it('goes at most a screen a frame, and all the way', () => {
  turn(1500);
  for (let count = 0; count < 5; count += 1) frame();
  expect(moved).toEqual([600, 600, 300]);
});

it.each(['keydown', 'mousedown'])('a long turn of the wheel ends where somebody goes on: %s', (press) => {
  turn(50_000);
  frame();
  wrapper.dispatchEvent(new Event(press));
  for (let count = 0; count < 3; count += 1) frame();
  expect(moved).toEqual([600]);
  turn(36);
  frame();
  expect(moved).toEqual([600, 36]);
});
