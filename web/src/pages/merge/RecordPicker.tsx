import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryRows } from '@/api/records';
import type { ObjectInfo, RecordId } from '@/api/types';
import { nameIn } from '@/fields/cells';
import styles from './merge.module.css';

interface Props {
  object: ObjectInfo;
  /** Records that are chosen already. */
  without: RecordId[];
  onPick: (id: RecordId) => void;
}

const BEST = 20;

/** Finds the record that another is merged with. */
export function RecordPicker({ object, without, onPick }: Props) {
  const { t } = useTranslation('merge');
  const id = useId();
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState<{ value: RecordId; label: string }>();
  const text = useDeferredValue(typed.trim());
  const fields = [object.title_field, 'number'].filter((key) => object.fields.some((field) => field.key === key));
  const found = useQuery({
    queryKey: ['merge', 'pick', object.key, text],
    queryFn: ({ signal }) =>
      queryRows(object.key, { search: text, fields, offset: 0, limit: BEST, keep: false }, signal),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const nothing = found.error ? t('searchFailed') : found.isFetching ? t('searching') : t('nothingFound');
  const options = (found.data?.rows ?? []).flatMap(([pk, , ...cells]) =>
    without.includes(pk) ? [] : [{ value: pk, label: cells.map(nameIn).filter(Boolean).join(' · ') }],
  );
  return (
    <div className={styles.picker}>
      <label htmlFor={id}>{t('with')}</label>
      <Select
        id={id}
        autoFocus
        placeholder={t('withHint')}
        value={picked?.value}
        showSearch={{ searchValue: typed, onSearch: setTyped, filterOption: false }}
        notFoundContent={nothing}
        options={options}
        labelRender={() => picked?.label ?? ''}
        onChange={(value: RecordId) => {
          setPicked(options.find((one) => one.value === value));
          setTyped('');
          onPick(value);
        }}
      />
    </div>
  );
}
