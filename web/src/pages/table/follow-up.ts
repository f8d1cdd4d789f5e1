import type { View } from '@/api/types';

/** The template's view of what is to be followed up today; the rail shows the number of its rows. */
export const isFollowUpView = (view: View): boolean => view.key === 'due';
