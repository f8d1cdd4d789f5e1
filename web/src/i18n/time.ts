import dayjs from 'dayjs';
import i18next from 'i18next';

/** `2026-11-22 09:30` in the zone of this browser. */
export const dateTime = (at: string) => dayjs(at).format('YYYY-MM-DD HH:mm');

/** How long ago, in words, for lists: 3 分钟前, yesterday; a week back and more it is the date. */
export function timeAgo(at: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const words = new Intl.RelativeTimeFormat(i18next.language === 'en' ? 'en' : 'zh-Hans', { numeric: 'auto' });
  const past = -seconds;
  if (past < 45) return i18next.t('shell:ago.now');
  if (past < 3600) return words.format(Math.round(seconds / 60), 'minute');
  if (past < 86_400) return words.format(Math.round(seconds / 3600), 'hour');
  const days = dayjs(now).startOf('day').diff(dayjs(at).startOf('day'), 'day');
  return days < 7 ? words.format(-days, 'day') : dayjs(at).format('YYYY-MM-DD');
}
