import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, RowsOnly } from '@/api/import-types';
import { downloadRejected } from '@/api/imports';
import { DownloadOutlined } from '@/ui/more-icons';
import styles from './import.module.css';
import { PreviewGrid } from './PreviewGrid';
import type { PlanChanges } from './usePlanChange';

const ALWAYS: RowsOnly[] = ['all', 'create', 'update', 'same', 'reject', 'problems'];
const SOMETIMES: RowsOnly[] = ['skip', 'exclude'];

interface Props {
  plan: ImportPlan;
  only: RowsOnly;
  onOnly: (only: RowsOnly) => void;
  changes: PlanChanges;
}

/** The rows as they would arrive, with what is wrong marked in its cell, where it is corrected. */
export function Preview({ plan, only, onOnly, changes }: Props) {
  const { t } = useTranslation('imports');
  const counts: Record<RowsOnly, number> = { ...plan.counts, all: plan.counts.rows, problems: plan.problem_rows };
  const shown = [...ALWAYS, ...SOMETIMES.filter((value) => counts[value] > 0 || value === only)];
  return (
    <section aria-label={t('plan.preview')} className={styles.preview}>
      <div className={styles.only}>
        <Segmented<RowsOnly>
          size="small"
          aria-label={t('plan.only.label')}
          value={only}
          options={shown.map((value) => ({
            value,
            label: (
              <span>
                {t(`plan.only.${value}`)} <b>{counts[value].toLocaleString('en-US')}</b>
              </span>
            ),
          }))}
          onChange={onOnly}
        />
        {plan.counts.reject > 0 ? (
          <Button type="link" size="small" icon={<DownloadOutlined />} onClick={() => downloadRejected(plan.id)}>
            {t('plan.rejected')}
          </Button>
        ) : null}
      </div>
      {counts[only] > 0 ? (
        <PreviewGrid key={only} plan={plan} only={only} count={counts[only]} changes={changes} />
      ) : (
        <p className={styles.nothing}>{t('plan.noRows')}</p>
      )}
      <p className={styles.keys}>{t('plan.keys')}</p>
    </section>
  );
}
