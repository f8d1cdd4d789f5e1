import { useNavigate } from '@tanstack/react-router';
import { Button, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Field, ObjectInfo } from '@/api/types';
import { fold } from '@/fields/options';
import { type ColumnLayout, MAX_FROZEN_ROWS, shownKeys, withColumnAt } from '@/grid/layout';
import '@/i18n/byHand';
import { DragHandle } from '@/ui/DragHandle';
import { SettingOutlined } from '@/ui/icons';
import { useSortable } from '@/ui/useSortable';
import { withShown } from './layouts';
import styles from './popovers.module.css';

interface Props {
  object: ObjectInfo;
  layout: ColumnLayout;
  /** Whether columns and rows can stay while others scroll. */
  frozen: boolean;
  /** Whether rows stand in groups: then none of them can. */
  grouped: boolean;
  onChange: (layout: ColumnLayout) => void;
}

/** Which columns show, in which order, and how many of them and of the rows stay when the table scrolls. */
export default function FieldsPopover({ object, layout, frozen: mayFreeze, grouped, onChange }: Props) {
  const { t } = useTranslation('table');
  const { t: tRows } = useTranslation('byHand');
  const { rights } = useMe();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState('');
  const byKey = new Map(object.fields.map((field) => [field.key, field]));
  const nameOf = (field: Field) => labelOf(field.label_all);
  const matching = (keys: string[]) =>
    keys.flatMap((key) => byKey.get(key) ?? []).filter((field) => fold(nameOf(field)).includes(fold(wanted)));
  const visible = shownKeys(layout);
  const move = (from: number, to: number) => {
    const key = visible[from];
    if (key && to >= 0 && to < visible.length) onChange(withColumnAt(layout, key, to));
  };
  const list = useSortable<HTMLUListElement>(move);
  const line = (field: Field, place: number | null) => (
    <li key={field.key} className={styles.field}>
      {place === null || wanted ? (
        <span />
      ) : (
        <DragHandle label={t('fields.move', { name: nameOf(field) })} onStep={(by) => move(place, place + by)} />
      )}
      <span className={styles.name}>{nameOf(field)}</span>
      <Switch
        size="small"
        checked={place !== null}
        disabled={place !== null && visible.length === 1}
        aria-label={t('fields.show', { name: nameOf(field) })}
        onChange={(on) => onChange(withShown(layout, field.key, on))}
      />
    </li>
  );
  const hidden = matching(layout.hidden);

  return (
    <div className={`${styles.body} ${styles.narrow}`}>
      <Input
        size="small"
        allowClear
        aria-label={t('fields.find')}
        placeholder={t('fields.find')}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <div className={styles.scroll}>
        <ul ref={list} className={styles.list}>
          {matching(visible).map((field) => line(field, visible.indexOf(field.key)))}
        </ul>
        {hidden.length > 0 ? (
          <>
            <p className={styles.group}>{t('fields.hidden')}</p>
            <ul className={styles.list}>{hidden.map((field) => line(field, null))}</ul>
          </>
        ) : null}
      </div>
      {mayFreeze ? (
        <div className={styles.foot}>
          <span className={styles.empty}>{tRows('frozen')}</span>
          <Select
            size="small"
            aria-label={tRows('frozen')}
            value={grouped ? 0 : layout.frozenRows}
            disabled={grouped}
            title={grouped ? tRows('freezeGrouped') : undefined}
            style={{ width: 96 }}
            options={Array.from({ length: MAX_FROZEN_ROWS + 1 }, (_, count) => ({
              value: count,
              label: count === 0 ? t('fields.frozenNone') : tRows('frozenValue', { count }),
            }))}
            onChange={(frozenRows) => onChange({ ...layout, frozenRows })}
          />
        </div>
      ) : null}
      <div className={styles.foot}>
        {mayFreeze ? (
          <>
            <span className={styles.empty}>{t('fields.frozen')}</span>
            <Select
              size="small"
              aria-label={t('fields.frozen')}
              value={layout.frozen}
              style={{ width: 96 }}
              options={[0, 1, 2, 3, 4, 5]
                .filter((count) => count < visible.length)
                .map((count) => ({
                  value: count,
                  label: count === 0 ? t('fields.frozenNone') : t('fields.frozenValue', { count }),
                }))}
              onChange={(frozen) => onChange({ ...layout, frozen })}
            />
          </>
        ) : null}
        {rights.manage_fields ? (
          <Button
            type="text"
            size="small"
            icon={<SettingOutlined />}
            className={styles.last}
            onClick={() => void navigate({ to: '/settings/fields', search: { object: object.key } })}
          >
            {t('fields.manage')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
