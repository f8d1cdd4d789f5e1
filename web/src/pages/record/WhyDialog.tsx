import '@/i18n/rights';
import { useQuery } from '@tanstack/react-query';
import { Modal, type RefSelectProps, Select } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { VERBS, type Verb, type Why, whyQuery } from '@/api/rights';
import type { ObjectInfo, RecordId } from '@/api/types';
import { StateDot } from '@/ui/PlainTable';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './why.module.css';

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
  onClose: () => void;
}

/** Says for a person, and a field, what decides whether a record is seen. */
export default function WhyDialog({ object, id, name, onClose }: Props) {
  const { t } = useTranslation('rights');
  const { users } = useObjects();
  const place = useId();
  const first = useRef<RefSelectProps>(null);
  const [person, setPerson] = useState<number | null>(null);
  const [field, setField] = useState<string | null>(null);
  const why = useQuery({ ...whyQuery(object.key, id, person ?? 0, field), enabled: person !== null });
  return (
    <Modal
      open
      width={560}
      title={t('why.title', { name })}
      footer={null}
      // Before it has been laid out nothing in it takes the focus.
      afterOpenChange={(open) => open && first.current?.focus()}
      onCancel={onClose}
    >
      <div className={styles.ask}>
        <div>
          <label htmlFor={`${place}-person`}>{t('why.person')}</label>
          <Select
            id={`${place}-person`}
            ref={first}
            showSearch
            optionFilterProp="label"
            placeholder={t('why.personHint')}
            value={person}
            options={users.map((user) => ({ value: user.id, label: user.name }))}
            onChange={setPerson}
          />
        </div>
        <div>
          <label htmlFor={`${place}-field`}>{t('why.field')}</label>
          <Select
            id={`${place}-field`}
            allowClear
            showSearch
            optionFilterProp="label"
            placeholder={t('why.fieldHint')}
            value={field}
            options={object.fields.map((one) => ({ value: one.key, label: labelOf(one.label_all) }))}
            onChange={(key: string | undefined) => setField(key ?? null)}
          />
        </div>
      </div>
      <section aria-label={t('why.answer')} aria-live="polite" aria-busy={why.isFetching}>
        {person === null ? (
          <p className={styles.quiet}>{t('why.choose')}</p>
        ) : why.data ? (
          <Answer why={why.data} object={object} />
        ) : why.error ? (
          <Failed text={errorText(why.error)} onRetry={() => void why.refetch()} />
        ) : (
          <LinesLoading rows={4} />
        )}
      </section>
    </Modal>
  );
}

function Answer({ why, object }: { why: Why; object: ObjectInfo }) {
  const { t } = useTranslation('rights');
  const nameOf = useNameOf();
  const field = why.field;
  return (
    <>
      <dl className={styles.answer}>
        {VERBS.map((verb) => (
          <div key={verb}>
            <dt>
              {t(`verb.${verb}`)}
              <StateDot tone={why[verb].allowed ? 'done' : 'off'}>
                {t(why[verb].allowed ? 'why.yes' : 'why.no')}
              </StateDot>
            </dt>
            <dd>
              <VerbText why={why} verb={verb} />
            </dd>
          </div>
        ))}
        {field ? (
          <div>
            <dt>
              {t('why.fieldShort')}
              <span>{t(`access.${field.access}`)}</span>
            </dt>
            <dd>
              {t(`why.fields.${field.rule === 'role' && field.access === 'write' ? 'free' : field.rule}`, {
                role: labelOf(why.role.names ?? {}) || why.role.key,
                object: nameOf(field.object),
                field: nameOf(field.object, field.field),
                access: t(`access.${field.access}`),
              })}
            </dd>
          </div>
        ) : null}
      </dl>
      {why.through ? (
        <p className={styles.quiet}>
          {t('why.through', { object: labelOf(object.label), through: nameOf(why.through) })}
        </p>
      ) : null}
    </>
  );
}

function VerbText({ why, verb }: { why: Why; verb: Verb }) {
  const { t } = useTranslation('rights');
  const nameOf = useNameOf();
  const said = why[verb];
  const person = why.person.name;
  if (said.rule === 'disabled' || said.rule === 'owner_role') return t(`why.rules.${said.rule}`, { person });
  const begun = t('why.role', {
    role: labelOf(why.role.names ?? {}) || why.role.key,
    object: nameOf(said.object),
    verb: t(`verb.${verb}`),
    scope: t(`scope.${said.scope}`),
  });
  const rest = t(`why.rules.${said.rule}`, {
    person,
    owner: said.owner?.name ?? '',
    teams: said.teams.join(t('why.and')),
    whom: said.share?.team ?? person,
    by: said.share?.by ?? '',
    unshared: t(`why.unshared.${verb}`, { person }),
  });
  return `${begun}${rest}${said.share?.until ? t('why.until', { day: said.share.until }) : ''}`;
}

/** The name of an object, or of one of its fields. */
function useNameOf(): (object: string, field?: string | null) => string {
  const { objects } = useObjects();
  return (key, field) => {
    const object = objects.find((one) => one.key === key);
    if (!field) return labelOf(object?.label ?? {}) || key;
    return labelOf(object?.fields.find((one) => one.key === field)?.label_all ?? {}) || field;
  };
}
