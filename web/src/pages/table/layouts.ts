import type { ObjectInfo, ViewSpec } from '@/api/types';
import { type ColumnLayout, shownKeys } from '@/grid/layout';

/** Names of companies are long. */
const TITLE_WIDTH = 220;

/** The columns of a view: those it names, in its order; the object's other fields are hidden. */
export function layoutOf(
  spec: ViewSpec,
  { fields, title_field }: Pick<ObjectInfo, 'fields' | 'title_field'>,
): ColumnLayout {
  const known = new Map(fields.filter((field) => !field.hidden).map((field) => [field.key, field]));
  const named = (spec.fields ?? []).filter((key) => known.has(key));
  const shown = named.length > 0 ? named : [...known.keys()];
  const rest = [...known.keys()].filter((key) => !shown.includes(key));
  const frozen = Math.min(spec.frozen ?? 0, Math.max(0, shown.length - 1));
  const widths = { [title_field]: TITLE_WIDTH, ...spec.widths };
  return { order: [...shown, ...rest], hidden: rest, widths, frozen, frozenRows: spec.frozen_rows ?? 0 };
}

/** What a view keeps of a layout. */
export function specOfLayout(layout: ColumnLayout): Pick<ViewSpec, 'fields' | 'widths' | 'frozen' | 'frozen_rows'> {
  const { widths, frozen, frozenRows } = layout;
  return { fields: shownKeys(layout), widths, frozen, frozen_rows: frozenRows };
}

/** Shows a hidden column at the end of the shown ones, or hides a shown one. */
export function withShown(layout: ColumnLayout, key: string, shown: boolean): ColumnLayout {
  const visible = shownKeys(layout);
  if (shown === visible.includes(key)) return layout;
  if (shown) {
    const next = [...visible, key];
    return {
      ...layout,
      order: [...next, ...layout.order.filter((one) => !next.includes(one))],
      hidden: layout.hidden.filter((one) => one !== key),
    };
  }
  if (visible.length === 1) return layout;
  const wasFrozen = visible.indexOf(key) < layout.frozen;
  return { ...layout, hidden: [...layout.hidden, key], frozen: layout.frozen - (wasFrozen ? 1 : 0) };
}
