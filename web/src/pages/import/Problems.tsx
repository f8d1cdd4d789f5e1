import { useTranslation } from 'react-i18next';
import { type ImportPlan, type ImportProblem, TOLD_PROBLEMS } from '@/api/import-types';
import { labelOf, useObject } from '@/api/objects';
import styles from './import.module.css';

/** All that is worth a look before importing, in words: new choices, then each problem with its place. */
export function Problems({ plan }: { plan: ImportPlan }) {
  const { t } = useTranslation('imports');
  const object = useObject(plan.object);
  const nameOf = (key: string) => {
    const field = object?.fields.find((one) => one.key === key);
    return field ? labelOf(field.label_all) : key;
  };
  return (
    <>
      {plan.new_choices.length > 0 ? (
        <section aria-label={t('plan.newChoices')}>
          <h2 className={styles.heading}>{t('plan.newChoices')}</h2>
          <ul className={styles.newChoices}>
            {plan.new_choices.map((choice) => (
              <li key={`${choice.field}/${choice.value}`}>
                <span className={styles.muted}>{nameOf(choice.field)}</span> {choice.value}
                <span className={styles.muted}> × {choice.count}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-label={t('plan.problems')}>
        <h2 className={styles.heading}>
          {t('plan.problems')}
          {plan.problems.length === 0 ? <span className={styles.muted}>{t('plan.noProblems')}</span> : null}
        </h2>
        <ul className={styles.problems}>
          {plan.problems.map((problem, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one cell may have two problems with the same code
            <ProblemLine key={place} problem={problem} />
          ))}
        </ul>
        {plan.problems.length >= TOLD_PROBLEMS ? (
          <p className={styles.muted}>{t('plan.moreProblems', { count: plan.problems.length })}</p>
        ) : null}
      </section>
    </>
  );
}

function ProblemLine({ problem }: { problem: ImportProblem }) {
  const { t } = useTranslation('imports');
  const { sheet, row, column, value, message } = problem;
  return (
    <li>
      <span className={styles.muted}>
        {column ? t('plan.problemAt', { sheet, row, column }) : t('plan.problemAtRow', { sheet, row })}
      </span>
      {value ? <code>{value}</code> : null}
      <span>{message}</span>
    </li>
  );
}
