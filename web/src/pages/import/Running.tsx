import { useMutation } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { cancelJob, isOver, useJob } from '@/api/jobs';
import { objectsQuery } from '@/api/objects';
import { planKey } from './ImportPage';
import styles from './import.module.css';
import { type Pace, paceOf, type Seen } from './pace';

interface Props {
  /** The import. */
  id: number;
  job: number | null;
  /** How many rows there are, until the job says it. */
  rows?: number;
  what?: 'run' | 'compare';
}

/** An import, or what was chosen of an export that came back, on its way into the table; or how that is compared. */
export function Running({ id, job: running, rows = 0, what = 'run' }: Props) {
  const { t } = useTranslation('imports');
  const { data: job, dataUpdatedAt } = useJob(running);
  const cancel = useMutation({ mutationFn: cancelJob });
  const over = job ? isOver(job) : false;
  useEffect(() => {
    if (!over) return;
    void queryClient.invalidateQueries({ queryKey: planKey(id) });
    // Records, fields and choices may be new.
    void queryClient.invalidateQueries({ queryKey: ['views'] });
    void queryClient.invalidateQueries(objectsQuery);
  }, [over, id]);

  const done = job?.done ?? 0;
  const total = job?.total || rows;
  const pace = usePace(done, total, dataUpdatedAt);
  const cancelling = cancel.isPending || cancel.isSuccess;
  return (
    <div className={styles.running}>
      <h2 className={styles.dropTitle}>{t(`${what}.title`)}</h2>
      <Progress
        percent={total > 0 ? Math.floor((done / total) * 100) : 0}
        status="active"
        aria-label={t(`${what}.progress`)}
      />
      <p className={styles.muted} role="status">
        {cancelling ? t(`${what}.cancelling`) : t('run.of', { done, total })}
      </p>
      <p className={styles.muted}>{pace && !cancelling ? <PaceText {...pace} /> : ' '}</p>
      <p className={styles.muted}>{t(`${what}.text`)}</p>
      <Button disabled={!job || cancelling} onClick={() => job && cancel.mutate(job.id)}>
        {t(`${what}.cancel`)}
      </Button>
    </div>
  );
}

function PaceText({ rate, left }: Pace) {
  const { t } = useTranslation('imports');
  const time =
    left < 90 ? t('run.seconds', { count: Math.ceil(left) }) : t('run.minutes', { count: Math.round(left / 60) });
  return t('run.pace', { rate, left: time });
}

/** How fast it goes, from what was seen since this page is open. */
function usePace(done: number, total: number, at: number): Pace | null {
  const [seen, setSeen] = useState<Seen[]>([]);
  const last = seen.at(-1);
  if (done > 0 && (!last || last.done !== done)) setSeen([...seen.slice(-20), { done, at }]);
  return paceOf(seen, total);
}
