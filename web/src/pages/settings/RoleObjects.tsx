import { Button, Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { ACTS, ELSE, type RoleRights, SCOPES, type Scope, VERBS } from '@/api/rights';
import { UndoOutlined } from '@/ui/icons';
import { PlainTable } from '@/ui/PlainTable';
import styles from './rights.module.css';
import { isNarrower, rightsOf, scopeOf, withObject, withoutObject } from './role-rights';

interface Props {
  rights: RoleRights;
  onChange: (rights: RoleRights) => void;
}

/** What a role may with each object, and with all that it says nothing of. */
export function RoleObjects({ rights, onChange }: Props) {
  const { t } = useTranslation('rights');
  const { objects } = useObjects();
  const head = [...VERBS.map((verb) => t(`verb.${verb}`)), t('poolShort'), ...ACTS.map((act) => t(`act.${act}`))];
  return (
    <div className={`${styles.cards} ${styles.objects}`}>
      <PlainTable label={t('roles.objectsTitle')} head={[t('roles.object'), ...head, '']}>
        <ObjectLine object={ELSE} name={t('roles.else')} rights={rights} onChange={onChange} />
        {objects.map((one) => (
          <ObjectLine key={one.key} object={one.key} name={labelOf(one.label)} rights={rights} onChange={onChange} />
        ))}
      </PlainTable>
    </div>
  );
}

function ObjectLine({ object, name, rights, onChange }: Props & { object: string; name: string }) {
  const { t } = useTranslation('rights');
  const one = rightsOf(rights, object);
  const isElse = object === ELSE;
  const follows = !isElse && rights.objects[object] === undefined;
  const see = scopeOf(one, 'see');
  const label = (what: string) => t('roles.of', { object: name, what });
  return (
    <tr data-follows={follows}>
      <th scope="row" className={`${styles.strong} ${styles.object}`}>
        {name}
        {isElse || follows ? <small>{isElse ? t('roles.elseText') : t('roles.follows')}</small> : null}
      </th>
      {VERBS.map((verb) => (
        <td key={verb} data-label={t(`verb.${verb}`)}>
          <Select<Scope>
            size="small"
            className={styles.scope}
            popupMatchSelectWidth={false}
            aria-label={label(t(`verb.${verb}`))}
            value={scopeOf(one, verb)}
            options={SCOPES.map((scope) => ({
              value: scope,
              label: t(`scope.${scope}`),
              disabled: verb !== 'see' && isNarrower(see, scope),
            }))}
            onChange={(scope) => onChange(withObject(rights, object, { [verb]: scope }))}
          />
        </td>
      ))}
      <td data-label={t('pool')}>
        <Checkbox
          aria-label={label(t('pool'))}
          title={t('pool')}
          disabled={see === 'none' || see === 'all'}
          checked={Boolean(one.pool)}
          onChange={(event) => onChange(withObject(rights, object, { pool: event.target.checked }))}
        />
      </td>
      {ACTS.map((act) => (
        <td key={act} data-label={t(`act.${act}`)}>
          <Checkbox
            aria-label={label(t(`act.${act}`))}
            checked={Boolean(one[act])}
            onChange={(event) => onChange(withObject(rights, object, { [act]: event.target.checked }))}
          />
        </td>
      ))}
      <td className={styles.acts}>
        {isElse || follows ? null : (
          <Button
            size="small"
            type="text"
            icon={<UndoOutlined />}
            title={t('roles.toElse')}
            aria-label={t('roles.toElseOf', { object: name })}
            onClick={() => onChange(withoutObject(rights, object))}
          />
        )}
      </td>
    </tr>
  );
}
