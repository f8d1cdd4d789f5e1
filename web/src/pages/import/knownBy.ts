import type { TFunction } from 'i18next';

/** By what a record is known, in words: 名称 + 城市. */
export function knownBy(by: string[], nameOf: (key: string) => string, t: TFunction<'imports'>): string {
  return by.map((key) => (key === 'chosen' ? t('plan.chosenBy') : nameOf(key))).join(' + ');
}
