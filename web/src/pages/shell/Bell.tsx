import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { markRead, notificationsQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import type { Notification } from '@/api/types';
import { timeAgo } from '@/i18n/time';
import { BellOutlined } from '@/ui/icons';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import styles from './shell.module.css';

/** The bell of the rail and the drawer of notifications that it opens. */
export function Bell() {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(notificationsQuery);
  const read = useMutation({
    mutationFn: markRead,
    onSuccess: () => queryClient.invalidateQueries(notificationsQuery),
  });
  const unread = data?.unread ?? 0;
  return (
    <>
      <button
        type="button"
        className={styles.item}
        aria-label={unread ? t('notificationsUnread', { count: unread }) : t('notifications')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <BellOutlined />
        {unread ? <i className={styles.count}>{unread > 99 ? '99+' : unread}</i> : null}
        <span>{t('notifications')}</span>
      </button>
      <Drawer
        title={t('notify.title')}
        open={open}
        onClose={() => setOpen(false)}
        size={400}
        placement="left"
        styles={{ body: { padding: 0 } }}
        extra={
          unread ? (
            <Button type="text" size="small" onClick={() => read.mutate({ all: true })}>
              {t('notify.readAll')}
            </Button>
          ) : null
        }
      >
        {data ? (
          <NoticeList
            rows={data.rows}
            onOpen={(notice) => {
              if (!notice.read) read.mutate({ ids: [notice.id] });
              if (notice.link) setOpen(false);
            }}
          />
        ) : error ? (
          <Failed text={errorText(error)} onRetry={() => void refetch()} />
        ) : (
          <LinesLoading />
        )}
      </Drawer>
    </>
  );
}

function NoticeList({ rows, onOpen }: { rows: Notification[]; onOpen: (notice: Notification) => void }) {
  const { t } = useTranslation('shell');
  const router = useRouter();
  if (rows.length === 0) return <Statement title={t('notify.empty')} text={t('notify.emptyText')} />;
  return (
    <ul className={styles.notices}>
      {rows.map((notice) => (
        <li key={notice.id}>
          <button
            type="button"
            className={styles.notice}
            data-unread={!notice.read}
            onClick={() => {
              onOpen(notice);
              if (notice.link) router.history.push(notice.link);
            }}
          >
            <b>{notice.title}</b>
            <time dateTime={notice.at}>{timeAgo(notice.at)}</time>
            {notice.body ? <span>{notice.body}</span> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}
