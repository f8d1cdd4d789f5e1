import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import type { ImportPlan, PlanChange, RowsOnly } from '@/api/import-types';
import { applyPlan } from '@/api/imports';
import type { ObjectKey } from '@/api/types';
import { useMessage } from '@/ui/messages';
import bar from './bar.module.css';
import { Columns } from './Columns';
import { planKey } from './ImportPage';
import styles from './import.module.css';
import { NewChoices } from './NewChoices';
import { changesNothing, NothingToDo } from './NothingToDo';
import { Options } from './Options';
import { Parts, partOf } from './Parts';
import { Preview } from './Preview';
import { Problems } from './Problems';
import { Sheets } from './Sheets';
import { usePlanChange } from './usePlanChange';

/** What would become of the workbooks, and every way to change that before anything is written. */
export function PlanView({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const message = useMessage();
  const navigate = useNavigate({ from: '/import' });
  const changes = usePlanChange(plan);
  const [only, setOnly] = useState<RowsOnly>('all');
  const [object, setObject] = useState<ObjectKey | null>(null);
  const apply = useMutation({
    mutationFn: () => applyPlan(plan.id),
    onSuccess: ({ job }) => queryClient.setQueryData(planKey(plan.id), { ...plan, state: 'applying', job }),
    onError: (error) => void message.error(errorText(error)),
  });
  const { counts } = plan;
  const ready = counts.create + counts.update;
  const part = partOf(plan, object);
  const props = { plan: part, onChange: changes.send };

  return (
    <>
      <div className={bar.bar}>
        <span className={bar.files}>{plan.files.map((file) => file.name).join(', ')}</span>
        {changes.isPending ? (
          <span className={styles.muted} role="status">
            <Spin size="small" /> {t('plan.checking')}
          </span>
        ) : null}
        <span className={bar.space} />
        {plan.fixes > 0 ? (
          <Button disabled={changes.isPending} onClick={changes.takeBack}>
            {t('plan.takeBack', { count: plan.fixes })}
          </Button>
        ) : null}
        <Button onClick={() => void navigate({ search: { object: plan.object } })}>{t('drop.other')}</Button>
        <Button
          type="primary"
          disabled={ready === 0 || changes.isPending || changes.error !== null}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          {ready > 0 ? t('plan.apply', { count: ready }) : t(changesNothing(plan) ? 'plan.noChange' : 'plan.nothing')}
        </Button>
      </div>
      {changes.error ? (
        <Alert
          className={styles.alert}
          type="error"
          showIcon
          title={errorText(changes.error)}
          action={
            <>
              <Button size="small" onClick={changes.retry}>
                {t('plan.retry')}
              </Button>
              <Button size="small" type="text" onClick={changes.giveUp}>
                {t('plan.giveUp')}
              </Button>
            </>
          }
        />
      ) : null}
      {ready === 0 ? <NothingToDo plan={plan} /> : null}
      {plan.parts.length > 1 ? (
        <Parts
          plan={plan}
          object={part.object}
          onObject={(next) => {
            setObject(next);
            setOnly('all');
          }}
        />
      ) : null}
      <div className={styles.plan}>
        <div className={styles.mapping}>
          <Sheets plan={plan} onChange={changes.send} />
          <Columns {...props} />
          <Options key={part.object} {...props} isMain={part.object === plan.object} />
        </div>
        <div className={styles.outcome}>
          <Preview key={part.object} plan={part} only={only} onOnly={setOnly} changes={changes} />
          <NewChoices plan={part} onFix={changes.fix} />
          <Problems plan={part} onFix={changes.fix} onShow={() => setOnly('problems')} />
        </div>
      </div>
    </>
  );
}

export interface PlanPartProps {
  plan: ImportPlan;
  onChange: (change: PlanChange) => void;
}
