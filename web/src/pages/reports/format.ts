import type { ReportTile } from '@/api/types';
import { currentLanguage } from '@/i18n';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });

export function formatValue(value: number, unit: ReportTile['unit']): string {
  if (unit === 'percent') return percent.format(value);
  if (unit === 'money') return `¥${whole.format(value)}`;
  return whole.format(value);
}

/** For axes: 120万 and 1.2亿 in Chinese, 120K and 1.2M in English. */
export function shortValue(value: number, unit: ReportTile['unit']): string {
  if (unit === 'percent') return percent.format(value);
  const locale = currentLanguage() === 'en' ? 'en-US' : 'zh-Hans-CN';
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A part of a whole, as a percentage; nothing of nothing says nothing. */
export const share = (part: number, whole: number): string => (whole > 0 ? percent.format(part / whole) : '');
