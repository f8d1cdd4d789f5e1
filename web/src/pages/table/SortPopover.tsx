import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, Sort } from '@/api/types';
import { MAX_SORTS } from '@/grid/sorting';
import { DragHandle } from '@/ui/DragHandle';
import { PlusOutlined } from '@/ui/icons';
import { moved, useSortable } from '@/ui/useSortable';
import { inOrder } from './conditions';
import { OrderLine } from './OrderLine';
import styles from './popovers.module.css';

interface Props {
  object: ObjectInfo;
  sort: Sort[];
  /** Keys of fields as the columns stand. */
  order: string[];
  onChange: (sort: Sort[]) => void;
}

export default function SortPopover({ object, sort, order, onChange }: Props) {
  const { t } = useTranslation('table');
  const fields = inOrder(object.fields, order).filter((field) => !field.hidden && field.sortable);
  const free = fields.find((field) => !sort.some((one) => one.field === field.key));
  const change = (place: number, part: Partial<Sort>) =>
    onChange(sort.map((one, index) => (index === place ? { ...one, ...part } : one)));
  const move = (from: number, to: number) => {
    if (to >= 0 && to < sort.length) onChange(moved(sort, from, to));
  };
  const list = useSortable<HTMLOListElement>(move);
  return (
    <div className={styles.body}>
      {sort.length === 0 ? <p className={styles.empty}>{t('sort.empty')}</p> : null}
      <ol ref={list} className={`${styles.list} ${styles.lines}`}>
        {sort.map((one, place) => {
          const number = place + 1;
          return (
            <li key={one.field} className={styles.sort}>
              <DragHandle label={t('sort.move', { number })} onStep={(by) => move(place, place + by)} />
              <OrderLine
                of="sort"
                number={number}
                value={one}
                fields={fields}
                taken={sort.map(({ field }) => field)}
                onField={(field) => change(place, { field })}
                onDesc={(desc) => change(place, { desc })}
                onRemove={() => onChange(sort.filter((_, index) => index !== place))}
              />
            </li>
          );
        })}
      </ol>
      <div className={styles.foot}>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!free || sort.length >= MAX_SORTS}
          onClick={() => free && onChange([...sort, { field: free.key, desc: false }])}
        >
          {t('sort.add')}
        </Button>
      </div>
    </div>
  );
}
