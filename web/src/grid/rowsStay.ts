import i18next from 'i18next';
import '@/i18n/byHand';
import type { GridController } from './controller';
import { MAX_FROZEN_ROWS } from './layout';

/** Why the first `count` rows cannot be frozen, as text for the person; null: they can. */
export function whyNotFrozen({ painter }: Pick<GridController, 'painter'>, count: number): string | null {
  if (painter.groupedBy.length > 0) return i18next.t('byHand:freezeGrouped');
  return count > MAX_FROZEN_ROWS ? i18next.t('byHand:freezeFar', { count: MAX_FROZEN_ROWS }) : null;
}
