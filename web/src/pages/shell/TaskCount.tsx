import '@/i18n/log';
import { useTranslation } from 'react-i18next';
import { useViews } from '@/api/views';
import styles from './shell.module.css';

/** How many tasks of one's own are due today or over; asked after the first rows. */
export default function TaskCount() {
  const { t } = useTranslation('log');
  const count = useViews('tasks').data?.find((view) => view.key === 'due')?.count;
  if (!count) return null;
  return (
    <>
      <i className={styles.count} aria-hidden="true">
        {count > 999 ? '999+' : count}
      </i>
      <span className="visually-hidden">{t('due', { count })}</span>
    </>
  );
}
