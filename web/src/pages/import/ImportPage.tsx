import '@/i18n/imports';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import type { ImportPlan } from '@/api/import-types';
import { readPlan } from '@/api/imports';
import { useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import { DropZone } from './DropZone';
import styles from './import.module.css';
import { PlanView } from './PlanView';
import { Result } from './Result';
import { Running } from './Running';

const ComparisonPage = lazy(() => import('@/pages/roundtrip/ComparisonPage'));
const Offer = lazy(() => import('@/pages/roundtrip/Offer'));

export const planKey = (id: number) => ['import', id];

export default function ImportPage() {
  const { t } = useTranslation('imports');
  const { rights } = useMe();
  const { id, object } = useSearch({ from: '/shell/import' });
  if (!rights.import) return <Forbidden />;
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t('title')}</h1>
      {id === undefined ? <Start object={object} /> : <Import key={id} id={id} />}
    </div>
  );
}

function Start({ object }: { object: string | undefined }) {
  const navigate = useNavigate({ from: '/import' });
  const { objects } = useObjects();
  const main = objects[0]?.key ?? '';
  return (
    <DropZone
      object={object ?? main}
      said={object === main ? undefined : object}
      onPlan={(id, plan) => {
        queryClient.setQueryData(planKey(id), plan);
        void navigate({ search: { id } });
      }}
    />
  );
}

function Import({ id }: { id: number }) {
  const plan = useQuery({
    queryKey: planKey(id),
    queryFn: ({ signal }) => readPlan(id, signal),
    placeholderData: keepPreviousData,
    // While the job runs, Running asks for its progress and then for the plan.
    staleTime: 5_000,
  });
  if (plan.data) return <Stage plan={plan.data} />;
  if (isApiError(plan.error, 'not_found')) return <Missing />;
  if (plan.error) return <Failed text={errorText(plan.error)} onRetry={() => void plan.refetch()} />;
  return <LinesLoading />;
}

function Missing() {
  const { t } = useTranslation('imports');
  const navigate = useNavigate({ from: '/import' });
  return (
    <Statement title={t('missing.title')} text={t('missing.text')}>
      <Button type="primary" onClick={() => void navigate({ search: {} })}>
        {t('missing.again')}
      </Button>
    </Statement>
  );
}

function Stage({ plan }: { plan: ImportPlan }) {
  const [ordinary, setOrdinary] = useState(false);
  const { comparing } = plan;
  if (comparing && comparing.state !== 'failed') {
    return <Running key={comparing.job} id={plan.id} job={comparing.job} what="compare" />;
  }
  if (!ordinary && plan.way === 'compare') {
    return (
      <Suspense fallback={<LinesLoading />}>
        <ComparisonPage id={plan.id} onOrdinary={() => setOrdinary(true)} />
      </Suspense>
    );
  }
  if (!ordinary && plan.state === 'planned' && plan.exports.length > 0) {
    return (
      <Suspense fallback={<LinesLoading />}>
        <Offer
          id={plan.id}
          exports={plan.exports}
          problem={plan.comparing?.error?.message}
          onOrdinary={() => setOrdinary(true)}
        />
      </Suspense>
    );
  }
  switch (plan.state) {
    case 'planned':
      return <PlanView plan={plan} />;
    case 'applying':
      return <Running id={plan.id} job={plan.job} rows={plan.counts.rows} />;
    default:
      return <Result plan={plan} />;
  }
}
