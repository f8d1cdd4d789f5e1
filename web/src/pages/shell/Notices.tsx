import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { markRead, notificationsQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import type { Notification } from '@/api/types';
import { timeAgo } from '@/i18n/time';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import styles from './shell.module.css';

/** The drawer of notifications. */
export default function Notices({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell');
  const { data, error, refetch } = useQuery(notificationsQuery);
  const read = useMutation({
    mutationFn: markRead,
    onSuccess: () => queryClient.invalidateQueries(notificationsQuery),
  });
  return (
    <Drawer
      title={t('notify.title')}
      open
      onClose={onClose}
      size={400}
      placement="left"
      styles={{ body: { padding: 0 } }}
      extra={
        data?.unread ? (
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
            if (notice.link) onClose();
          }}
        />
      ) : error ? (
        <Failed text={errorText(error)} onRetry={() => void refetch()} />
      ) : (
        <LinesLoading />
      )}
    </Drawer>
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
