import { useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isOver, useJob } from '@/api/jobs';
import { Failed, Statement } from '@/ui/states';

interface Props {
  job: number;
  /** It is there: ask again. Also by hand, where it failed. */
  onMade: () => void;
  onLeave: () => void;
}

/** How far the server is with putting together a past that much has changed since. */
export function MakingPast({ job: id, onMade, onLeave }: Props) {
  const { t } = useTranslation('memory');
  const cache = useQueryClient();
  const { data: job } = useJob(id);
  const made = useRef(onMade);
  made.current = onMade;
  const isMade = job?.state === 'done';
  useEffect(() => {
    if (!isMade) return;
    made.current();
    // How far bars go could not be answered before.
    void cache.invalidateQueries({ queryKey: ['reach'] });
  }, [isMade, cache]);
  if (job && isOver(job) && !isMade) return <Failed text={job.error?.message ?? t('asOf.failed')} onRetry={onMade} />;
  const percent = job?.total ? Math.min(99, Math.floor((job.done / job.total) * 100)) : 0;
  return (
    <Statement
      role="status"
      title={t('asOf.making')}
      text={
        <>
          {t('asOf.makingText')}
          <Progress percent={percent} status="active" aria-label={t('asOf.making')} />
        </>
      }
    >
      <Button onClick={onLeave}>{t('asOf.leave')}</Button>
    </Statement>
  );
}
