import '@/i18n/comments';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RecordId } from '@/api/types';
import styles from './comments.module.css';
import { useThreads } from './use-threads';

/** 评论 3: how many threads are open; of very many the first ones. */
export function TabName({ object, id }: { object: ObjectInfo; id: RecordId }) {
  const { t } = useTranslation('comments');
  const threads = useThreads(object, id);
  const known = threads.data?.pages.flatMap((page) => page.threads) ?? [];
  // Open ones come first: where all that are here are open there may be more.
  const count = known.filter((one) => !one.resolved).length;
  const more = threads.hasNextPage && count === known.length;
  return (
    <>
      {t('tab')}
      {count > 0 ? (
        <span className={styles.tabCount}>
          {count}
          {more ? '+' : ''}
          <span className="visually-hidden">{t('tabOpen', { count })}</span>
        </span>
      ) : null}
    </>
  );
}
