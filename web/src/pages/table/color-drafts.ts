import type { ColorIcon, ColorRule } from '@/api/types';
import { HUE_ORDER } from '@/ui/palette';
import { filterOf, type Group, groupOf } from './filter-tree';

/** A rule as hands build it. */
export type ColorDraft = { id: number; color: number } & (
  | { bar: true; field: string }
  | { bar: false; group: Group /** Null: the whole row. */; field: string | null; icon: ColorIcon | null }
);

let lastId = 0;
const fresh = () => {
  lastId += 1;
  return lastId;
};

export function draftOf(rule: ColorRule): ColorDraft {
  if ('bar' in rule) return { id: fresh(), color: rule.color, bar: true, field: rule.field };
  const field = rule.target === 'cell' ? rule.field : null;
  return { id: fresh(), color: rule.color, bar: false, group: groupOf(rule.filter), field, icon: rule.icon ?? null };
}

/** What the view keeps of drafts: those whose conditions are complete. */
export function rulesOf(drafts: readonly ColorDraft[]): ColorRule[] {
  return drafts.flatMap((draft): ColorRule[] => {
    const { color } = draft;
    if (draft.bar) return [{ field: draft.field, bar: true, color }];
    const filter = filterOf(draft.group);
    if (!filter) return [];
    const icon = draft.icon ? { icon: draft.icon } : {};
    return [
      draft.field === null
        ? { filter, target: 'row', color, ...icon }
        : { filter, target: 'cell', field: draft.field, color, ...icon },
    ];
  });
}

/** The first hue that no rule has yet. */
const freeHue = (drafts: readonly ColorDraft[]) =>
  HUE_ORDER.find((hue) => !drafts.some((draft) => draft.color === hue)) ?? 0;

export const freshRule = (drafts: readonly ColorDraft[], group: Group): ColorDraft => ({
  id: fresh(),
  color: freeHue(drafts),
  bar: false,
  group,
  field: null,
  icon: null,
});
export const freshBar = (drafts: readonly ColorDraft[], field: string): ColorDraft => ({
  id: fresh(),
  color: freeHue(drafts),
  bar: true,
  field,
});
