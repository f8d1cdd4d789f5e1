import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, PlanFix } from '@/api/import-types';
import { labelOf, useObject } from '@/api/objects';
import styles from './import.module.css';
import { newField } from './newField';

const ADD = 'add';
const EMPTY = 'empty';
const LEAVE = 'leave';
const AS = 'as:';

/** Choices that no field has yet: each is added, or takes another one's place, in all its rows at once. */
export function NewChoices({ plan, onFix }: { plan: ImportPlan; onFix: (fix: PlanFix) => void }) {
  const { t } = useTranslation('imports');
  const object = useObject(plan.object);
  if (plan.new_choices.length === 0) return null;
  return (
    <section aria-label={t('plan.newChoices')}>
      <h2 className={styles.heading}>
        {t('plan.newChoices')}
        <span className={styles.muted}>{t('plan.newChoicesText')}</span>
      </h2>
      <ul className={styles.newChoices}>
        {plan.new_choices.map(({ object: of, field: key, value, count }) => {
          const field = object?.fields.find((one) => one.key === key) ?? newField(key);
          const present = field.choices.filter((choice) => !choice.archived);
          return (
            <li key={`${key}/${value}`}>
              <span>
                <span className={styles.muted}>{labelOf(field.label_all)}</span> {value}
                <span className={styles.muted}> {t('plan.times', { count })}</span>
              </span>
              <Select
                size="small"
                showSearch={{ optionFilterProp: 'label' }}
                value={ADD}
                aria-label={t('plan.choiceBecomes', { value })}
                popupMatchSelectWidth={220}
                options={[
                  { value: ADD, label: t('plan.choiceAdd') },
                  ...(present.length > 0
                    ? [
                        {
                          label: t('plan.choiceAs'),
                          options: present.map((choice) => ({
                            value: AS + labelOf(choice.label_all),
                            label: labelOf(choice.label_all),
                          })),
                        },
                      ]
                    : []),
                  { value: EMPTY, label: t('plan.choiceEmpty') },
                  { value: LEAVE, label: t('plan.choiceLeave', { count }) },
                ]}
                onChange={(chosen: string) => {
                  if (chosen === LEAVE) onFix({ kind: 'leave', object: of, field: key, value });
                  else if (chosen === EMPTY) onFix({ kind: 'value', object: of, field: key, value, to: null });
                  else if (chosen !== ADD)
                    onFix({ kind: 'value', object: of, field: key, value, to: chosen.slice(AS.length) });
                }}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
