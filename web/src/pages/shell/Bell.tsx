import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notificationsQuery } from '@/api/company';
import { BellOutlined } from '@/ui/icons';
import styles from './shell.module.css';

const Notices = lazy(() => import('./Notices'));

/** The bell of the rail, with the number of notifications that were not read. */
export function Bell() {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const { data } = useQuery(notificationsQuery);
  const unread = data?.unread ?? 0;
  return (
    <>
      <button type="button" className={styles.item} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <BellOutlined />
        {unread ? (
          <i className={styles.count} aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </i>
        ) : null}
        <span aria-hidden="true">{t('notifications')}</span>
        <span className="visually-hidden">{unread ? t('unread', { count: unread }) : t('notifications')}</span>
      </button>
      {open ? (
        <Suspense>
          <Notices onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
