import type { Me, View } from '@/api/types';

/** The views that a view stands among: everybody's, or one's own. */
export const beside = (views: readonly View[], view: View): View[] =>
  views.filter((one) => (one.owner === null) === (view.owner === null));

/** Everybody's views are moved by those who make them. */
export const mayMove = (view: View, rights: Me['rights']): boolean => view.owner !== null || rights.manage_fields;

/** The place among its like that a view takes when it is dropped before or behind another; null: where it is. */
export function placeAt(views: readonly View[], moved: View, target: View, after: boolean): number | null {
  const others = beside(views, moved).filter((one) => one.id !== moved.id);
  const at = others.findIndex((one) => one.id === target.id);
  // Dropped among the views of the other sort: at the end that is nearer to them.
  const place = at >= 0 ? at + (after ? 1 : 0) : moved.owner === null ? others.length : 0;
  return place === beside(views, moved).findIndex((one) => one.id === moved.id) ? null : place;
}
