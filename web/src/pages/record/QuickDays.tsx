import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Cell } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { quickDays } from '@/fields/workdays';
import styles from './record.module.css';

interface Props {
  context: FieldContext;
  chosen: Cell;
  onPick: (day: string) => void;
}

/** The days on which people mostly go on, and whether anybody works then. */
export function QuickDays({ context, chosen, onPick }: Props) {
  const { t } = useTranslation('log');
  return (
    <fieldset className={styles.quickDays} aria-label={t('quickly')}>
      {quickDays(context.today).map(({ key, day, rest }) => (
        <Button
          key={key}
          size="small"
          title={day}
          aria-pressed={chosen === day}
          type={chosen === day ? 'primary' : 'default'}
          ghost={chosen === day}
          onClick={() => onPick(day)}
        >
          {t(`days.${key}`)}
          {rest ? <small>{t('rest')}</small> : null}
        </Button>
      ))}
    </fieldset>
  );
}
