import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import type { ImportPlan } from '@/api/import-types';
import { downloadRejected } from '@/api/imports';
import { labelOf, useObjects } from '@/api/objects';
import { undoChangeSet } from '@/api/records';
import { useMessage } from '@/ui/messages';
import { Statement } from '@/ui/states';
import { planKey } from './ImportPage';
import styles from './import.module.css';
import { Problems } from './Problems';

/** What became of an import. */
export function Result({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const message = useMessage();
  const navigate = useNavigate();
  const { objects } = useObjects();
  const object = objects.find((one) => one.key === plan.object);
  const undo = useMutation({
    mutationFn: (changeSet: number) => undoChangeSet(changeSet),
    onSuccess: (answer) => {
      const kept = answer.kept ?? answer.conflicts.length;
      if (kept > 0) message.warning(t('result.keptSince', { count: kept }), 0);
      return queryClient.invalidateQueries();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: planKey(plan.id) }),
    onError: (error) => void message.error(errorText(error)),
  });
  const again = (
    <Button onClick={() => void navigate({ to: '/import', search: { object: plan.object } })}>
      {t('result.again')}
    </Button>
  );

  if (plan.state !== 'done') {
    const state = plan.state === 'undone' || plan.state === 'cancelled' ? plan.state : 'failed';
    const text = [plan.error?.message, t(`result.${state}Text`)].filter(Boolean).join(' ');
    return (
      <Statement title={t(`result.${state}`)} text={text} role={state === 'failed' ? 'alert' : 'status'}>
        {again}
      </Statement>
    );
  }
  const { counts } = plan;
  return (
    <div className={styles.result}>
      <div role="status">
        <h2 className={styles.dropTitle}>{t('result.done')}</h2>
      </div>
      <dl className={styles.numbers} aria-label={t('result.counts')}>
        <Count label={t('result.created')} value={counts.create} />
        <Count label={t('result.updated')} value={counts.update} />
        <Count label={t('result.same')} value={counts.same} />
        {counts.skip > 0 ? <Count label={t('result.skipped')} value={counts.skip} /> : null}
        <Count label={t('result.rejected')} value={counts.reject} tone="bad" />
        <Count label={t('result.flagged')} value={counts.flagged} tone="soon" />
      </dl>
      <ul className={styles.written} aria-label={t('result.objects')}>
        {Object.entries(plan.objects)
          .filter(([, one]) => one.created + one.updated > 0)
          .map(([key, one]) => (
            <li key={key}>
              {labelOf(objects.find((other) => other.key === key)?.label) || key}
              <span className={styles.muted}>
                {' '}
                {t('result.created')} {one.created} · {t('result.updated')} {one.updated}
              </span>
            </li>
          ))}
      </ul>
      {plan.kept > 0 ? <p className={styles.muted}>{t('result.kept', { count: plan.kept })}</p> : null}
      <div className={styles.actions}>
        <Button
          type="primary"
          onClick={() => void navigate({ to: '/o/$object', params: { object: plan.object }, search: {} })}
        >
          {t('result.open', { object: labelOf(object?.plural) })}
        </Button>
        {again}
        {counts.reject > 0 ? <Button onClick={() => downloadRejected(plan.id)}>{t('plan.rejected')}</Button> : null}
        {plan.change_set === null ? null : (
          <Button loading={undo.isPending} onClick={() => plan.change_set !== null && undo.mutate(plan.change_set)}>
            {undo.isPending ? t('result.undoing') : t('result.undo')}
          </Button>
        )}
      </div>
      {plan.problems.length > 0 ? <Problems plan={plan} /> : null}
    </div>
  );
}

function Count({ label, value, tone }: { label: string; value: number; tone?: 'bad' | 'soon' }) {
  return (
    <div className={styles.number} data-tone={value > 0 ? tone : undefined}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
