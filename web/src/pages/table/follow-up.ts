import type { Filter, View } from '@/api/types';

/** Whether a view is everybody's "to follow up today": the template's, or one that asks for the follow-up date. */
export function isFollowUpView(view: View): boolean {
  return view.owner === null && !!view.spec.filter && names(view.spec.filter, 'next_follow_up');
}

function names(filter: Filter, field: string): boolean {
  if ('and' in filter) return filter.and.some((part) => names(part, field));
  if ('or' in filter) return filter.or.some((part) => names(part, field));
  return filter.field === field;
}
