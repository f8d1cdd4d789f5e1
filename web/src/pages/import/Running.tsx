import { useMutation } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import type { ImportPlan } from '@/api/import-types';
import { cancelJob, isOver, useJob } from '@/api/jobs';
import { objectsQuery } from '@/api/objects';
import { planKey } from './ImportPage';
import styles from './import.module.css';

export function Running({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const { data: job } = useJob(plan.job);
  const cancel = useMutation({ mutationFn: cancelJob });
  const over = job ? isOver(job) : false;
  useEffect(() => {
    if (!over) return;
    void queryClient.invalidateQueries({ queryKey: planKey(plan.id) });
    // Records, fields and choices may be new.
    void queryClient.invalidateQueries({ queryKey: ['views'] });
    void queryClient.invalidateQueries(objectsQuery);
  }, [over, plan]);

  const done = job?.done ?? 0;
  const total = job?.total || plan.counts.rows;
  return (
    <div className={styles.running}>
      <h2 className={styles.dropTitle}>{t('run.title')}</h2>
      <Progress
        percent={total > 0 ? Math.floor((done / total) * 100) : 0}
        status="active"
        aria-label={t('run.progress')}
      />
      <p className={styles.muted} role="status">
        {cancel.isPending || cancel.isSuccess ? t('run.cancelling') : t('run.of', { done, total })}
      </p>
      <p className={styles.muted}>{t('run.text')}</p>
      <Button disabled={!job || cancel.isPending || cancel.isSuccess} onClick={() => job && cancel.mutate(job.id)}>
        {t('run.cancel')}
      </Button>
    </div>
  );
}
