import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, PlanFix, ProblemGroup } from '@/api/import-types';
import { useObject } from '@/api/objects';
import { ValueFix } from './Fixing';
import styles from './import.module.css';
import { newField } from './newField';
import { Panel } from './Panel';

/** Said of a row or of two records, not of what a cell says. */
const OF_ROWS = new Set([
  'kept_first',
  'several_match',
  'same_contact',
  'number_taken',
  'number_kept',
  'no_title',
  'required',
]);
/** Told at most; the others are in the preview. */
const TOLD = 200;

interface Props {
  plan: ImportPlan;
  /** Not there once it is written. */
  onFix?: (fix: PlanFix) => void;
  onShow?: () => void;
}

/** All that is worth a look, in words: cells that say the same together, each with what can be done about it. */
export function Problems({ plan, onFix, onShow }: Props) {
  const { t } = useTranslation('imports');
  const groups = plan.groups.filter((group) => group.code !== 'new_choice');
  return (
    <section aria-label={t('plan.problems')}>
      <h2 className={styles.heading}>
        {t('plan.problems')}
        {groups.length === 0 ? <span className={styles.muted}>{t('plan.noProblems')}</span> : null}
      </h2>
      <ul className={styles.problems}>
        {groups.map((group) => (
          <GroupLine
            key={`${group.object}/${group.field}/${group.column}/${group.code}/${group.value}`}
            object={group.object ?? plan.object}
            group={group}
            onFix={onFix}
            onShow={onShow}
          />
        ))}
      </ul>
      {plan.groups.length >= TOLD ? <p className={styles.muted}>{t('plan.moreProblems', { count: TOLD })}</p> : null}
    </section>
  );
}

interface LineProps extends Omit<Props, 'plan'> {
  object: string;
  group: ProblemGroup;
}

function GroupLine({ object, group, onFix, onShow }: LineProps) {
  const { t } = useTranslation('imports');
  const [open, setOpen] = useState(false);
  const info = useObject(object);
  const { sheet, row, column, value, message, count, field: key } = group;
  const place = column ? t('plan.problemAt', { sheet, row, column }) : t('plan.problemAtRow', { sheet, row });
  const field = key ? (info?.fields.find((one) => one.key === key) ?? newField(key)) : null;
  return (
    <li>
      <span className={styles.muted}>
        {place}
        {count > 1 ? ` ${t('plan.andMore', { count })}` : ''}
      </span>
      {value ? <code>{value}</code> : null}
      <span>{message}</span>
      {onFix && onShow ? (
        <span className={styles.problemActs}>
          {field && value && !OF_ROWS.has(group.code) ? (
            <>
              <span>
                <Button size="small" aria-label={t('plan.changeOf', { value })} onClick={() => setOpen(true)}>
                  {t('plan.change')}
                </Button>
                {open ? (
                  <Panel>
                    <ValueFix
                      field={field}
                      said={value}
                      why=""
                      count={count}
                      all
                      onSave={(to) => {
                        setOpen(false);
                        onFix({ kind: 'value', object: group.object, field: field.key, value, to });
                      }}
                      onClose={() => setOpen(false)}
                    />
                  </Panel>
                ) : null}
              </span>
              {group.code === 'unknown_choice' ? (
                <Button
                  size="small"
                  onClick={() => onFix({ kind: 'choice', object: group.object, field: field.key, value })}
                >
                  {t('plan.choiceAdd')}
                </Button>
              ) : null}
              <Button
                size="small"
                type="text"
                aria-label={t('plan.leaveOf', { value })}
                onClick={() => onFix({ kind: 'leave', object: group.object, field: field.key, value })}
              >
                {t('plan.leave', { count })}
              </Button>
            </>
          ) : (
            <Button size="small" type="text" onClick={onShow}>
              {t('plan.show')}
            </Button>
          )}
        </span>
      ) : null}
    </li>
  );
}
