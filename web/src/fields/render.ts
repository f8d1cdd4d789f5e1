import type { Cell, Choice, Field } from '@/api/types';
import { GREY_HUE, HUE_COUNT, HUE_ORDER } from '@/ui/palette';
import { isInvalid, isMasked } from './cells';
import type { FieldContext } from './context';
import { choiceLabel, formatCell, isRightAligned, personName } from './format';

/** What a cell shows. `title` is a reason that a person can ask for by pointing at it. */
export interface RenderedCell {
  node: Node;
  className: string;
  title?: string;
}

/**
 * Builds the DOM of a cell, for the grid (where React would be too slow) and for `CellView` alike.
 * Never takes markup from a value: all text goes through `textContent`, addresses through `addressOf`.
 */
export function renderCell(field: Field, cell: Cell | undefined, context: FieldContext): RenderedCell {
  if (isInvalid(cell)) {
    return { node: textNode(cell.invalid), className: 'kf-invalid', title: invalidReason(field, cell, context) };
  }
  if (isMasked(cell)) return { node: textNode(cell.masked), className: 'kf-masked', title: context.t('value.masked') };
  const className = isRightAligned(field) ? 'kf-right' : '';
  if (cell === undefined || cell === null) return { node: emptyNode(field, context), className };
  return { node: valueNode(field, cell, context), className };
}

/** Why a value does not fit, in the person's language: the server's words, or what its kind expects. */
export function invalidReason(field: Field, cell: { code: string; message?: string }, context: FieldContext): string {
  if (cell.message) return cell.message;
  switch (field.kind) {
    case 'email':
    case 'phone':
    case 'link':
    case 'date':
    case 'datetime':
    case 'number':
    case 'money':
    case 'percent':
    case 'choice':
    case 'choices':
    case 'person':
    case 'relation':
    case 'credit_code':
    case 'checkbox':
      return context.t(`invalid.${field.kind}`);
    default:
      return context.t('invalid.other');
  }
}

/** The address behind a link, e-mail or phone; null for anything a browser should not follow (`javascript:` …). */
export function addressOf(field: Field, cell: Cell | undefined): string | null {
  if (typeof cell !== 'string' || cell === '') return null;
  if (field.kind === 'link') return /^https?:\/\/[^\s]+$/i.test(cell) ? cell : null;
  if (field.kind === 'email') return /^[^\s@<>"]+@[^\s@<>"]+$/.test(cell) ? `mailto:${encodeURI(cell)}` : null;
  if (field.kind === 'phone') {
    const digits = cell.replace(/\s*(ext\.?|转|分机).*$/i, '').replace(/[^\d+]/g, '');
    return digits.length >= 5 ? `tel:${digits}` : null;
  }
  return null;
}

/** A choice as a soft chip: hue by its colour, and a shape by its category, so that colour is never alone. */
export function chipNode(label: string, choice: Choice | undefined): HTMLElement {
  const chip = element('span', 'kf-chip');
  const hue = (choice?.color ?? GREY_HUE) % HUE_COUNT;
  for (const part of ['bg', 'fg', 'dot']) chip.style.setProperty(`--kf-${part}`, `var(--kebu-hue-${hue}-${part})`);
  if (choice?.category) {
    const dot = element('span', 'kf-dot');
    dot.dataset.category = choice.category;
    chip.append(dot);
  }
  chip.append(label);
  return chip;
}

/** A person as the first letter of the name in a coloured circle, and the name. */
export function personNode(id: number, name: string): HTMLElement {
  const node = element('span', 'kf-person');
  const mark = element('span', 'kf-avatar');
  const hue = HUE_ORDER[Math.abs(id) % HUE_ORDER.length];
  mark.style.setProperty('--kf-bg', `var(--kebu-hue-${hue}-bg)`);
  mark.style.setProperty('--kf-fg', `var(--kebu-hue-${hue}-fg)`);
  mark.textContent = [...name][0] ?? '';
  mark.setAttribute('aria-hidden', 'true');
  node.append(mark, textNode(name));
  return node;
}

function valueNode(field: Field, cell: NonNullable<Cell>, context: FieldContext): Node {
  if (Array.isArray(cell)) {
    const chips = element('span', 'kf-chips');
    for (const key of cell) {
      const choice = field.choices.find((one) => one.key === key);
      chips.append(chipNode(choice?.label ?? key, choice));
    }
    return chips;
  }
  switch (field.kind) {
    case 'choice': {
      const choice = field.choices.find((one) => one.key === cell);
      return choice ? chipNode(choice.label, choice) : textNode(choiceLabel(field, String(cell)));
    }
    case 'checkbox':
      return typeof cell === 'boolean' ? checkNode(cell, context) : textNode(String(cell));
    case 'person':
      return typeof cell === 'number' ? personNode(cell, personName(cell, context)) : textNode(String(cell));
    case 'rating':
      return typeof cell === 'number' ? textNode('★'.repeat(cell) + '☆'.repeat(Math.max(0, 5 - cell))) : textNode('');
    case 'link':
    case 'email':
    case 'phone':
      return addressNode(field, String(cell), context);
    default:
      return textNode(formatCell(field, cell, context));
  }
}

function emptyNode(field: Field, context: FieldContext): Node {
  return field.kind === 'checkbox' ? checkNode(false, context) : textNode('');
}

function checkNode(on: boolean, context: FieldContext): HTMLElement {
  const box = element('span', 'kf-check');
  box.dataset.on = String(on);
  box.setAttribute('role', 'img');
  box.setAttribute('aria-label', context.t(on ? 'value.yes' : 'value.no'));
  return box;
}

/** The text as a link, and beside it an arrow that shows on hover: in the grid a plain click on the text only selects. */
function addressNode(field: Field, text: string, context: FieldContext): Node {
  const address = addressOf(field, text);
  if (!address) return textNode(text);
  const node = element('span', 'kf-address');
  node.dataset.kind = field.kind;
  const shown = field.kind === 'link' ? text.replace(/^https?:\/\//i, '').replace(/\/$/, '') : text;
  const link = anchor(address, 'kf-url');
  link.textContent = shown;
  const go = anchor(address, 'kf-go');
  go.setAttribute('aria-label', context.t('value.follow', { text: shown }));
  go.title = context.t('value.follow', { text: shown });
  go.append(arrowIcon());
  node.append(link, go);
  return node;
}

function anchor(address: string, className: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.className = className;
  link.href = address;
  link.tabIndex = -1;
  if (/^https?:/i.test(address)) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  return link;
}

function arrowIcon(): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const icon = document.createElementNS(space, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', 'M6 3.5h6.5V10M12.5 3.5 4 12');
  icon.append(path);
  return icon;
}

function textNode(text: string): HTMLElement {
  const node = element('span', 'kf-text');
  node.textContent = text;
  return node;
}

function element(tag: 'span', className: string): HTMLSpanElement {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}
