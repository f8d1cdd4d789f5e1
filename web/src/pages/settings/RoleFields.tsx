import { Alert, Checkbox, Input, Segmented, Select } from 'antd';
import { useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf, useObjects } from '@/api/objects';
import { ACCESS, type Access, type RoleRights } from '@/api/rights';
import type { Field, ObjectInfo } from '@/api/types';
import { SearchOutlined } from '@/ui/icons';
import styles from './rights.module.css';
import { accessOf, rightsOf, saidOf, scopeOf, withFields } from './role-rights';

interface Props {
  rights: RoleRights;
  onChange: (rights: RoleRights) => void;
}

/** What a role may do with each field of an object: one line for each, one column for each way. */
export function RoleFields({ rights, onChange }: Props) {
  const { t } = useTranslation('rights');
  const { objects } = useObjects();
  const [chosen, choose] = useState(objects[0]?.key);
  const [typed, setTyped] = useState('');
  const [limited, setLimited] = useState(false);
  const words = useDeferredValue(typed).trim().toLowerCase();
  const object = objects.find((one) => one.key === chosen) ?? objects[0];
  if (!object) return null;
  const found = object.fields.filter(
    (field) =>
      [field.label, ...Object.values(field.label_all), field.key].some((one) => one.toLowerCase().includes(words)) &&
      (!limited || accessOf(rights, objects, object.key, field) !== 'write'),
  );
  const unseen = scopeOf(rightsOf(rights, object.key), 'see') === 'none';
  return (
    <>
      <div className={styles.pushed}>
        <Segmented
          aria-label={t('roles.object')}
          value={object.key}
          options={objects.map((one) => ({ value: one.key, label: labelOf(one.label) }))}
          onChange={choose}
        />
      </div>
      <div className={styles.tools}>
        <Input
          allowClear
          prefix={<SearchOutlined />}
          aria-label={t('roles.search')}
          placeholder={t('roles.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Checkbox checked={limited} onChange={(event) => setLimited(event.target.checked)}>
          {t('roles.limited')}
        </Checkbox>
        <Select<Access | null>
          value={null}
          placeholder={t('roles.setAll', { count: found.length })}
          aria-label={t('roles.setAll', { count: found.length })}
          disabled={found.length === 0}
          popupMatchSelectWidth={false}
          options={ACCESS.map((access) => ({ value: access, label: t(`access.${access}`) }))}
          onChange={(access) => {
            const keys = found.filter((field) => canHave(field, access ?? 'write')).map((field) => field.key);
            if (access) onChange(withFields(rights, object.key, keys, access));
          }}
        />
      </div>
      {unseen ? <Alert type="info" showIcon title={t('roles.unseen', { object: labelOf(object.label) })} /> : null}
      {found.length > 0 ? (
        <Matrix object={object} fields={found} rights={rights} onChange={onChange} />
      ) : (
        <p className={styles.quiet} role="status">
          {t('roles.noneFound')}
        </p>
      )}
    </>
  );
}

/** What nobody writes cannot be said to be written once. */
const canHave = (field: Field, access: Access) => !field.readonly || access !== 'once';

function Matrix({ object, fields, rights, onChange }: Props & { object: ObjectInfo; fields: Field[] }) {
  const { t } = useTranslation('rights');
  return (
    <div className={styles.matrix}>
      <table aria-label={t('roles.fieldsOf', { object: labelOf(object.label) })}>
        <thead>
          <tr>
            <th scope="col">{t('roles.field')}</th>
            {ACCESS.map((access) => (
              <th key={access} scope="col">
                {t(`access.${access}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldLine
              key={field.key}
              object={object}
              field={field}
              rights={rights}
              onChoose={(access) => onChange(withFields(rights, object.key, [field.key], access))}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  object: ObjectInfo;
  field: Field;
  rights: RoleRights;
  onChoose: (access: Access) => void;
}

function FieldLine({ object, field, rights, onChoose }: LineProps) {
  const { t } = useTranslation('rights');
  const { objects } = useObjects();
  const group = useId();
  const name = labelOf(field.label_all) || field.label;
  const said = saidOf(rights, object.key, field.key);
  const really = accessOf(rights, objects, object.key, field);
  return (
    <tr data-limited={really !== 'write'}>
      <th scope="row">
        {name}
        {really === said ? null : (
          <small title={t('roles.reallyText')}>{t('roles.really', { access: t(`access.${really}`) })}</small>
        )}
      </th>
      {ACCESS.map((access) => (
        <td key={access} data-access={access}>
          {canHave(field, access) || said === access ? (
            <label>
              <input
                type="radio"
                name={group}
                checked={said === access}
                aria-label={t('roles.of', { object: name, what: t(`access.${access}`) })}
                onChange={() => onChoose(access)}
              />
            </label>
          ) : null}
        </td>
      ))}
    </tr>
  );
}
