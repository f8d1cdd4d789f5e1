import type { Field, Sort } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { span } from './nodes';
import { checkMark } from './painter';

/** Fills a column's header: its name, room for marks, the button of its menu. */
export function paintHeader(node: HTMLElement, field: Field, context: FieldContext): void {
  const name = document.createElement('span');
  name.className = 'kg-name';
  name.textContent = field.label;
  name.title = field.label;
  const sign = document.createElement('span');
  sign.className = 'kg-sign';
  const menu = document.createElement('button');
  menu.type = 'button';
  menu.className = 'kg-menu-button';
  menu.tabIndex = -1;
  menu.title = context.t('column.menu', { name: field.label });
  menu.setAttribute('aria-label', menu.title);
  menu.setAttribute('aria-haspopup', 'menu');
  menu.append(icon('M4 6l4 4 4-4'));
  node.querySelector('.slick-column-name')?.replaceChildren(name, sign, menu);
}

/** Shows which way the column is sorted, and whether a filter is on it. */
export function markHeader(
  node: HTMLElement,
  field: Field,
  { sort, filtered }: { sort: readonly Sort[]; filtered: readonly string[] },
  context: FieldContext,
): void {
  const sign = node.querySelector('.kg-sign');
  if (!sign) return;
  sign.replaceChildren();
  const sorted = sort.find((one) => one.field === field.key);
  if (sorted) {
    const arrow = icon(sorted.desc ? 'M8 3v10M4 9l4 4 4-4' : 'M8 13V3M4 7l4-4 4 4');
    sign.append(labelled(arrow, context.t('column.sorted')));
    if (sort.length > 1) sign.append(span('kg-sort-place', String(sort.indexOf(sorted) + 1)));
    node.setAttribute('aria-sort', sorted.desc ? 'descending' : 'ascending');
  } else {
    node.removeAttribute('aria-sort');
  }
  if (filtered.includes(field.key)) {
    sign.append(labelled(icon('M2.5 3.5h11L9.5 8.5v4l-3 1v-5z'), context.t('column.filtered')));
  }
}

/** The box that chooses all rows. */
export function paintHeaderBox(node: HTMLElement, context: FieldContext): void {
  const box = document.createElement('span');
  box.className = 'kg-box kg-all';
  box.setAttribute('role', 'checkbox');
  box.setAttribute('aria-checked', 'false');
  box.setAttribute('aria-label', context.t('row.chooseAll'));
  box.title = context.t('row.chooseAll');
  box.append(checkMark(false));
  node.querySelector('.slick-column-name')?.replaceChildren(box);
}

function labelled(icon: SVGSVGElement, label: string): SVGSVGElement {
  icon.setAttribute('role', 'img');
  icon.setAttribute('aria-label', label);
  return icon;
}

function icon(path: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const node = document.createElementNS(space, 'svg');
  node.setAttribute('viewBox', '0 0 16 16');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  node.append(line);
  return node;
}
