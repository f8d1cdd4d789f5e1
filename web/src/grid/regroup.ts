import i18next from 'i18next';
import type { Cell, Field } from '@/api/types';
import { sameCell } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { groupLabel } from './groupHead';
import type { GroupHead, RowSource } from './source';

/** What rows have to get to stand in another group. */
export interface Regrouping {
  ids: number[];
  /** The group in words, as the heads of the groups around it and its own say it. */
  name: string;
  values: Record<string, Cell>;
  /** Of these the group says only in which span of days they lie: the first day stands in `values` until somebody says another. */
  spans: readonly Field[];
  /** Why they cannot go there; null: they can. */
  refusal: string | null;
}

/** What it takes that rows stand in a group: the values of those levels in which they are elsewhere now. */
export function regrouping(
  source: RowSource,
  groupedBy: readonly Field[],
  context: FieldContext,
  ids: number[],
  group: readonly GroupHead[],
): Regrouping {
  const paths = ids.map((id) => {
    const row = source.find(id);
    return row === undefined ? [] : (source.groupsAt?.(row).at(-1)?.path ?? []);
  });
  const values: Record<string, Cell> = {};
  const spans: Field[] = [];
  let refusal: string | null = null;
  for (const { field: key, unit, cell, level } of group) {
    const field = groupedBy.find((one) => one.key === key);
    if (paths.every((path) => level in path && sameCell(path[level], cell))) continue;
    if (!field || field.readonly) refusal ??= i18next.t('byHand:groupReadonly', { field: field?.label });
    else if (cell === null && field.required) refusal ??= i18next.t('byHand:groupRequired', { field: field.label });
    values[key] = cell;
    // A moment says more than its day, too.
    const isDay = field?.kind === 'date' && (unit ?? 'day') === 'day';
    if (field && cell !== null && (field.kind === 'date' || field.kind === 'datetime') && !isDay) spans.push(field);
  }
  return { ids, name: groupName(group, groupedBy, context), values, spans, refusal };
}

export const groupName = (group: readonly GroupHead[], groupedBy: readonly Field[], context: FieldContext): string =>
  group.map((head) => groupLabel(head, groupedBy, context)).join(' / ');
