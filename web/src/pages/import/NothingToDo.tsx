import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportPlan } from '@/api/import-types';
import styles from './import.module.css';

/** Whether a plan writes no record, and nothing is wrong with that: all is there already, or left out on purpose. */
export const changesNothing = ({ counts }: ImportPlan) =>
  counts.rows > 0 && counts.create + counts.update + counts.reject === 0;

/** Why an import would write nothing. */
export function NothingToDo({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const { counts, options } = plan;
  if (counts.rows > 0 && counts.same === counts.rows) {
    return <Alert className={styles.alert} type="info" showIcon title={t('plan.allSame', { count: counts.same })} />;
  }
  const skipped = options.on_match === 'skip' ? 'plan.why.there' : 'plan.why.skip';
  const reasons = [
    counts.rows === 0 ? t('plan.why.noRows') : '',
    counts.same > 0 ? t('plan.why.same', { count: counts.same }) : '',
    counts.skip > 0 ? t(skipped, { count: counts.skip }) : '',
    counts.exclude > 0 ? t('plan.why.exclude', { count: counts.exclude }) : '',
    counts.reject > 0 ? t('plan.why.reject', { count: counts.reject }) : '',
  ].filter(Boolean);
  return (
    <Alert
      className={styles.alert}
      type={changesNothing(plan) ? 'info' : 'warning'}
      showIcon
      title={t(changesNothing(plan) ? 'plan.changesNothing' : 'plan.nothing')}
      description={reasons.join(t('plan.why.join'))}
    />
  );
}
