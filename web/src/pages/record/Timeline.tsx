import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { jobDone } from '@/api/jobs';
import { labelOf, useObjects } from '@/api/objects';
import { readHistory, undoChangeSet } from '@/api/records';
import type { HistoryEntry, ObjectInfo, ObjectKey, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { dateTime, timeAgo } from '@/i18n/time';
import { ArrowRightOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import styles from './record.module.css';
import { isOwn, type Step, stepsOf } from './steps';

/** As many entries as the server tells at once. */
const PAGE = 200;

/** What happened to a record and to what belongs to it: who, when, from, to, by which way. */
export function Timeline({ object, id }: { object: ObjectInfo; id: RecordId }) {
  const { t } = useTranslation('table');
  const history = useInfiniteQuery({
    queryKey: ['history', object.key, id],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) => (await readHistory(object.key, id, pageParam, signal)).entries,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
  });
  if (history.error) return <Failed text={errorText(history.error)} onRetry={() => void history.refetch()} />;
  if (!history.data) return <LinesLoading />;
  const entries = history.data.pages.flat();
  if (entries.length === 0) return <Statement title={t('timeline.empty')} />;
  return (
    <>
      <ol className={styles.timeline} aria-label={t('timeline.label')}>
        {stepsOf(entries, object.key, id).map((step) => (
          <StepLine key={step.entries[0]?.id ?? step.changeSet} step={step} of={{ object: object.key, id }} />
        ))}
      </ol>
      {history.hasNextPage ? (
        <Button type="text" block loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('timeline.older')}
        </Button>
      ) : null}
    </>
  );
}

function StepLine({ step, of }: { step: Step; of: { object: ObjectKey; id: RecordId } }) {
  const { t } = useTranslation('table');
  const { objects } = useObjects();
  const message = useMessage();
  const undo = useMutation({
    mutationFn: async () => {
      const answer = await undoChangeSet(step.changeSet);
      if (answer.job) await jobDone(answer.job);
      return answer;
    },
    onSuccess: ({ undone = 0, conflicts = [] }) => {
      recordsChanged(null);
      if (conflicts.length > 0) void message.warning(t('done.undoneSome', { count: conflicts.length }));
      else void message.success(t('done.undone', { count: undone }));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const [first] = step.entries;
  if (!first) return null;
  return (
    <li className={styles.entry}>
      {step.entries.map((entry, place) => (
        <Fragment key={entry.id}>
          <div className={styles.entryHead}>
            {place === 0 ? <b>{entry.actor?.name ?? t('timeline.system')}</b> : null}
            <span>
              {t(`timeline.actions.${entry.action}`)}
              {isOwn(entry, of.object, of.id)
                ? ''
                : ` ${labelOf(objects.find((one) => one.key === entry.object)?.label)} ${entry.record.label}`}
            </span>
            {place === 0 && entry.via !== 'table' ? (
              <span className={styles.muted}>{t('timeline.by', { via: t(`timeline.via.${entry.via}`) })}</span>
            ) : null}
            <span className={styles.grow} />
            {place === 0 ? (
              <time className={styles.muted} dateTime={entry.at} title={dateTime(entry.at)}>
                {timeAgo(entry.at)}
              </time>
            ) : null}
          </div>
          <Changes entry={entry} />
        </Fragment>
      ))}
      {first.can_undo ? (
        <Button type="link" size="small" className={styles.undo} loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('timeline.undo')}
        </Button>
      ) : null}
    </li>
  );
}

/** Each changed field with what it was and what it became. */
function Changes({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation('table');
  if (entry.changes.length === 0) return null;
  return (
    <dl className={styles.changes}>
      {entry.changes.map((change) => (
        <Fragment key={change.field}>
          <dt>{change.label}</dt>
          <dd>
            <span className="visually-hidden">{t('timeline.from')}</span>
            <del>{change.old || t('timeline.blank')}</del>
            <ArrowRightOutlined />
            <span className="visually-hidden">{t('timeline.to')}</span>
            <ins>{change.new || t('timeline.blank')}</ins>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
