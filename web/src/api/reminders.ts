import { queryOptions } from '@tanstack/react-query';
import { get, patch } from './client';

/** How somebody wants to be told of what comes due; times are local, `HH:mm`. */
export interface ReminderWish {
  at: string;
  /** So many days before the day itself. */
  lead_days: number;
  quiet_from: string | null;
  quiet_to: string | null;
  /** On no other days, in mainland China. */
  workdays: boolean;
  in_app: boolean;
  mail: boolean;
  /** All that is told at one time in one mail. */
  digest: boolean;
}
interface Reminders extends ReminderWish {
  /** The company has a mail server. */
  mail_is_open: boolean;
}

export const remindersQuery = queryOptions({
  queryKey: ['reminders'],
  queryFn: ({ signal }) => get<Reminders>('/api/reminders', undefined, signal),
});
export const changeReminders = (wish: ReminderWish) => patch<Reminders>('/api/reminders', wish);
