import { Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportOptions } from '@/api/import-types';
import { labelOf, useObject } from '@/api/objects';
import { useMe } from '@/api/session';
import styles from './import.module.css';
import { knownBy } from './knownBy';
import type { PlanPartProps } from './PlanView';

const ON_MATCH: ImportOptions['on_match'][] = ['fill', 'overwrite', 'skip', 'create'];
const TOGETHER = ' together';
const MATCHABLE = new Set(['text', 'auto_number', 'credit_code', 'email', 'phone']);

/** How records of one object that are there already are recognised, and what happens to those of all. `isMain`: it is
 *  what the import is of. */
export function Options({ plan, isMain, onChange }: PlanPartProps & { isMain: boolean }) {
  const { t } = useTranslation('imports');
  const { rights } = useMe();
  const object = useObject(plan.object);
  const mapped = new Set(
    plan.files.flatMap((file) => file.sheets.flatMap((sheet) => sheet.columns.map((one) => one.field))),
  );
  const keys = object?.fields.filter((field) => mapped.has(field.key) && MATCHABLE.has(field.kind)) ?? [];
  const match = isMain ? plan.options.match : (plan.options.matches[plan.object] ?? 'auto');
  const [several, setSeveral] = useState(Array.isArray(match) ? match : null);
  const recogniseBy = (next: string | string[]) =>
    onChange({ options: isMain ? { match: next } : { matches: { [plan.object]: next } } });
  const matchLabel = t('plan.match', { object: labelOf(object?.label) });
  const nameOf = (key: string) => labelOf(object?.fields.find((field) => field.key === key)?.label_all) || key;
  return (
    <section aria-label={t('plan.options')}>
      <h2 className={styles.heading}>{t('plan.options')}</h2>
      <div className={styles.option}>
        <span>{matchLabel}</span>
        <Select
          value={several ? TOGETHER : match}
          aria-label={matchLabel}
          options={[
            { value: 'auto', label: t(isMain ? 'plan.matchAuto' : 'plan.matchAutoOther') },
            ...keys.map((field) => ({ value: field.key, label: labelOf(field.label_all) })),
            ...(plan.together.length > 1 ? [{ value: TOGETHER, label: t('plan.matchTogether') }] : []),
          ]}
          onChange={(next) => {
            setSeveral(next === TOGETHER ? [] : null);
            if (next !== TOGETHER) recogniseBy(next);
          }}
        />
      </div>
      {several ? (
        <>
          <Select
            mode="multiple"
            className={styles.together}
            value={several}
            aria-label={t('plan.matchFields')}
            placeholder={t('plan.matchFields')}
            optionFilterProp="label"
            options={plan.together.map((key) => ({ value: key, label: nameOf(key) }))}
            onChange={(next) => {
              setSeveral(next);
              // One by itself is chosen above.
              if (next.length > 1) recogniseBy(next);
            }}
          />
          <p className={styles.muted}>{t('plan.matchTogetherText')}</p>
        </>
      ) : null}
      {plan.matched.length > 0 ? (
        <p className={styles.matched}>
          {t('plan.matched')}
          {plan.matched.map(({ by, count }) => (
            <span key={by.join('+')}>
              {knownBy(by, nameOf, t)} <b>{count.toLocaleString('en-US')}</b>
            </span>
          ))}
        </p>
      ) : null}
      <div className={styles.option}>
        <span>{t('plan.onMatch')}</span>
        <Select
          value={plan.options.on_match}
          aria-label={t('plan.onMatch')}
          options={ON_MATCH.map((value) => ({ value, label: t(`plan.onMatches.${value}`) }))}
          onChange={(on_match) => onChange({ options: { on_match } })}
        />
      </div>
      {rights.manage_fields ? (
        <Checkbox
          checked={plan.options.new_fields}
          onChange={(event) => onChange({ options: { new_fields: event.target.checked } })}
        >
          {t('plan.allNew')}
        </Checkbox>
      ) : null}
    </section>
  );
}
