import { Button, Segmented, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, Sort } from '@/api/types';
import { CloseOutlined } from '@/ui/more-icons';

interface Props {
  /** Whose words it has. */
  of: 'sort' | 'group';
  /** The line's, from 1. */
  number: number;
  value: Sort;
  fields: readonly Field[];
  /** Keys of fields that have a line already. */
  taken: readonly string[];
  onField: (key: string) => void;
  onDesc: (desc: boolean) => void;
  onRemove: () => void;
  /** Stands behind the field. */
  children?: ReactNode;
}

/** A field by which rows are ordered or grouped, its direction, and the way to take it out. */
export function OrderLine({ of, number, value, fields, taken, onField, onDesc, onRemove, children }: Props) {
  const { t } = useTranslation('table');
  return (
    <>
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t(`${of}.field`, { number })}
        value={value.field}
        popupMatchSelectWidth={220}
        options={fields.map((field) => ({
          value: field.key,
          label: labelOf(field.label_all),
          disabled: field.key !== value.field && taken.includes(field.key),
        }))}
        onChange={onField}
      />
      {children}
      <Segmented<'up' | 'down'>
        size="small"
        aria-label={t(`${of}.direction`, { number })}
        value={value.desc ? 'down' : 'up'}
        options={[
          { value: 'up', label: t('sort.ascending') },
          { value: 'down', label: t('sort.descending') },
        ]}
        onChange={(way) => onDesc(way === 'down')}
      />
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined />}
        aria-label={t(`${of}.remove`, { number })}
        onClick={onRemove}
      />
    </>
  );
}
