import '@/i18n/reminders';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { feedQuery, makeFeed, removeFeed } from '@/api/feed';
import { dateTime, timeAgo } from '@/i18n/time';
import { CopyLine } from '@/ui/CopyLine';
import { useMessage } from '@/ui/messages';
import { StateDot } from '@/ui/PlainTable';
import { Failed, LinesLoading } from '@/ui/states';
import { Section } from './Section';
import styles from './settings.module.css';

/** The address by which calendar programs read what waits for one: make one, see it once, replace or end it. */
export function CalendarFeed() {
  const { t } = useTranslation('reminders');
  const message = useMessage();
  const feed = useQuery(feedQuery);
  const failed = (error: unknown) => void message.error(errorText(error));
  const read = () => queryClient.invalidateQueries(feedQuery);
  const make = useMutation({ mutationFn: makeFeed, onSuccess: read, onError: failed });
  const end = useMutation({
    mutationFn: removeFeed,
    onSuccess: () => {
      make.reset();
      return read();
    },
    onError: failed,
  });
  return (
    <Section title={t('calendar.title')} text={t('calendar.text')}>
      {make.data ? (
        <div className={styles.new} role="status">
          <p>{t('calendar.new')}</p>
          <CopyLine text={make.data.uri} label={t('calendar.new')} />
        </div>
      ) : null}
      {feed.error ? (
        <Failed text={errorText(feed.error)} onRetry={() => void feed.refetch()} />
      ) : !feed.data ? (
        <LinesLoading rows={1} />
      ) : feed.data.created_at ? (
        <>
          <p>
            <StateDot tone="done">{t('calendar.since', { day: dateTime(feed.data.created_at) })}</StateDot>{' '}
            <span className={styles.muted}>
              {feed.data.last_used ? t('calendar.used', { ago: timeAgo(feed.data.last_used) }) : t('calendar.unused')}
            </span>
          </p>
          <div className={styles.row}>
            <Popconfirm title={t('calendar.againAsk')} okText={t('calendar.again')} onConfirm={() => make.mutate()}>
              <Button loading={make.isPending}>{t('calendar.again')}</Button>
            </Popconfirm>
            <Popconfirm
              title={t('calendar.endAsk')}
              okText={t('calendar.end')}
              okButtonProps={{ danger: true }}
              onConfirm={() => end.mutate()}
            >
              <Button type="text" danger loading={end.isPending}>
                {t('calendar.end')}
              </Button>
            </Popconfirm>
          </div>
        </>
      ) : (
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          {t('calendar.make')}
        </Button>
      )}
    </Section>
  );
}
