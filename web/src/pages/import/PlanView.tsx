import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import type { ImportPlan, PlanChange } from '@/api/import-types';
import { applyPlan, changePlan } from '@/api/imports';
import { useMessage } from '@/ui/messages';
import { Columns } from './Columns';
import { planKey } from './ImportPage';
import styles from './import.module.css';
import { Options } from './Options';
import { Preview } from './Preview';
import { Problems } from './Problems';
import { Sheets } from './Sheets';

/** What would become of the workbooks, and every way to change that before anything is written. */
export function PlanView({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const message = useMessage();
  const navigate = useNavigate({ from: '/import' });
  const change = useMutation({
    scope: { id: `import-${plan.id}` },
    mutationFn: (what: PlanChange) => changePlan(plan.id, what),
    onSuccess: (next) => {
      queryClient.setQueryData(planKey(plan.id), next);
      void queryClient.invalidateQueries({ queryKey: ['import-rows', plan.id] });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const apply = useMutation({
    mutationFn: () => applyPlan(plan.id),
    onSuccess: ({ job }) => queryClient.setQueryData(planKey(plan.id), { ...plan, state: 'applying', job }),
    onError: (error) => void message.error(errorText(error)),
  });
  const { counts } = plan;
  const ready = counts.create + counts.update;
  const props = { plan, onChange: change.mutate };

  return (
    <>
      <div className={styles.bar}>
        <span className={styles.files}>{plan.files.map((file) => file.name).join(', ')}</span>
        {change.isPending ? (
          <span className={styles.muted} role="status">
            <Spin size="small" /> {t('plan.checking')}
          </span>
        ) : null}
        <span className={styles.space} />
        <Button onClick={() => void navigate({ search: { object: plan.object } })}>{t('drop.other')}</Button>
        <Button
          type="primary"
          disabled={ready === 0 || change.isPending}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          {ready === 0 ? t('plan.nothing') : t('plan.apply', { count: ready })}
        </Button>
      </div>
      <div className={styles.plan}>
        <div className={styles.mapping}>
          <Sheets {...props} />
          <Columns {...props} />
          <Options {...props} />
        </div>
        <div className={styles.outcome}>
          <Preview plan={plan} />
          <Problems plan={plan} />
        </div>
      </div>
    </>
  );
}

export interface PlanPartProps {
  plan: ImportPlan;
  onChange: (change: PlanChange) => void;
}
