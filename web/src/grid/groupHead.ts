import type { Field } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { formatCell, formatPeriod, isRightAligned } from '@/fields/format';
import { renderCell } from '@/fields/render';
import { span } from './nodes';
import type { Painted } from './painter';
import type { GroupHead } from './source';

/** The first cell of a head: the arrow that opens and closes, what the rows share, and how many they are. */
export function paintHead(head: GroupHead, groupedBy: readonly Field[], context: FieldContext): Painted {
  const field = groupedBy.find(({ key }) => key === head.field);
  const node = span('kg-group-name', '');
  const arrow = span('kg-toggle', '');
  arrow.dataset.open = String(head.open);
  arrow.append(chevron());
  node.style.paddingLeft = `${head.level * 20}px`;
  const name = groupLabel(head, groupedBy, context);
  const plain = head.cell === null || !field || field.kind === 'date' || field.kind === 'datetime';
  const value = plain ? span('kf-text', name) : renderCell(field, head.cell, context).node;
  node.append(arrow, value, span('kg-group-count', head.count.toLocaleString('en-US')));
  return { html: node, addClasses: 'kg-group-cell', toolTip: field ? `${field.label}: ${name}` : name };
}

/** What the numbers of a column come to; of percents and ratings the average. */
export function paintTotal(head: GroupHead, field: Field, context: FieldContext): Painted {
  const sum = head.values[`${field.key}.sum`];
  const filled = head.values[`${field.key}.filled`] ?? 0;
  if (sum === undefined || filled === 0 || !isRightAligned(field)) return { html: span('', ''), addClasses: '' };
  const isAverage = field.kind === 'percent' || field.kind === 'rating';
  const value = isAverage ? Math.round((sum / filled) * 1e4) / 1e4 : sum;
  const text = field.kind === 'rating' ? String(value) : formatCell(field, value, context);
  return {
    html: span('kf-text', `${isAverage ? '⌀' : 'Σ'} ${text}`),
    addClasses: 'kf-right',
    toolTip: context.t(isAverage ? 'group.average' : 'group.sum', { column: field.label }),
  };
}

/** What the rows of a group share, as text. */
export function groupLabel(
  head: Pick<GroupHead, 'field' | 'unit' | 'cell'>,
  groupedBy: readonly Field[],
  context: FieldContext,
): string {
  const field = groupedBy.find(({ key }) => key === head.field);
  if (head.cell === null || !field) return context.t('value.none');
  if (field.kind === 'date' || field.kind === 'datetime') return formatPeriod(String(head.cell), head.unit ?? 'day');
  return formatCell(field, head.cell, context) || context.t('value.none');
}

function chevron(): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const icon = document.createElementNS(space, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', 'M6 4l4 4-4 4');
  icon.append(path);
  return icon;
}
