import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, Filter, ObjectInfo } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { useApply } from './apply';
import { filterable, freshCondition } from './conditions';
import { FilterBuilder } from './FilterBuilder';
import { filterOf, type Group, groupOf, linesOf, narrowed, newGroup } from './filter-tree';
import styles from './popovers.module.css';

interface Props {
  object: ObjectInfo;
  filter: Filter | null;
  /** Keys of fields as the columns stand. */
  order: string[];
  context: FieldContext;
  /** The view: what was being typed in one is not for another. */
  place: number | undefined;
  /** A field to begin a condition on, asked for from its column. */
  startWith: string | null;
  onChange: (filter: Filter | null) => void;
}

/** The conditions of the table, applied as they become complete. */
export default function FilterPopover({ object, filter, order, context, place, startWith, onChange }: Props) {
  const { t } = useTranslation('table');
  const fields = filterable(object.fields, order);
  const [group, setGroup] = useState(() => withStart(groupOf(filter), fields, startWith));
  const apply = useApply(onChange, place);
  const set = (next: Group) => {
    setGroup(next);
    apply(filterOf(next));
  };
  const isEmpty = group.parts.length === 0;
  return (
    <div className={styles.body}>
      {isEmpty ? <p className={styles.empty}>{t('filter.empty', { object: labelOf(object.plural) })}</p> : null}
      <FilterBuilder group={group} fields={fields} context={context} onChange={set} />
      {isEmpty ? null : (
        <Button type="text" size="small" className={styles.clear} onClick={() => set(newGroup('and'))}>
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}

function withStart(group: Group, fields: Field[], startWith: string | null): Group {
  const field = fields.find((one) => one.key === startWith);
  if (!field || linesOf(group).some((line) => line.condition.field === field.key)) return group;
  return narrowed(group, freshCondition(field));
}
