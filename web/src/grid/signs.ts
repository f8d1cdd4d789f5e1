import type { ColorIcon } from '@/api/types';

/** The signs that a rule may put beside its colour, as strokes in a square of 16. */
export const SIGNS: Record<ColorIcon, string> = {
  flag: 'M4 14V2.5M4 3h8l-2 2.8L12 8.5H4',
  star: 'M8 2l1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z',
  heart: 'M8 13.2L3 8.3a3 3 0 1 1 5-3.2 3 3 0 1 1 5 3.2z',
  alert: 'M8 2.5l6 11H2zM8 6.5v3.2M8 11.7v.3',
  check: 'M3 8.5l3.5 3.5L13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 5v3.3l2.2 1.4',
};
export const SIGN_NAMES = Object.keys(SIGNS) as ColorIcon[];

/** A sign that says its name. */
export function signNode(icon: ColorIcon, label: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const node = document.createElementNS(space, 'svg');
  node.setAttribute('viewBox', '0 0 16 16');
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', label);
  node.setAttribute('class', 'kg-icon');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', SIGNS[icon]);
  node.append(line);
  return node;
}
