import { Button, Segmented, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Condition, Field, Filter, ObjectInfo, Operator } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { CloseOutlined, PlusOutlined } from '@/ui/icons';
import {
  type Conditions,
  conditionsOf,
  filterOf,
  freshCondition,
  inOrder,
  operatorsFor,
  withOperator,
} from './conditions';
import { FilterValueInput } from './FilterValueInput';
import styles from './popovers.module.css';

const APPLY_DELAY_MS = 350;

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
  const fields = inOrder(object.fields, order).filter((field) => !field.hidden && operatorsFor(field).length > 0);
  const [held, setHeld] = useState<Conditions | null>(() => withStart(conditionsOf(filter), fields, startWith));
  const apply = useApply(onChange, place);
  const set = (next: Conditions) => {
    setHeld(next);
    apply(next);
  };
  if (!held) {
    return (
      <div className={styles.body}>
        <p className={styles.empty}>{t('filter.nested')}</p>
        <Button size="small" onClick={() => set({ join: 'and', list: [] })}>
          {t('filter.clear')}
        </Button>
      </div>
    );
  }
  const { join, list } = held;
  const change = (place: number, condition: Condition) =>
    set({ join, list: list.map((one, index) => (index === place ? condition : one)) });
  const [first] = fields;

  return (
    <div className={styles.body}>
      {list.length > 1 ? (
        <Segmented<'and' | 'or'>
          size="small"
          aria-label={t('filter.join')}
          value={join}
          options={[
            { value: 'and', label: t('filter.joins.and') },
            { value: 'or', label: t('filter.joins.or') },
          ]}
          onChange={(next) => set({ join: next, list })}
        />
      ) : null}
      {list.length === 0 ? (
        <p className={styles.empty}>{t('filter.empty', { object: labelOf(object.plural) })}</p>
      ) : null}
      <div className={styles.lines}>
        {list.map((condition, place) => (
          <ConditionLine
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have nothing else to tell them apart
            key={`${place} ${condition.field}`}
            number={place + 1}
            condition={condition}
            fields={fields}
            context={context}
            onChange={(next) => change(place, next)}
            onRemove={() => set({ join, list: list.filter((_, index) => index !== place) })}
          />
        ))}
      </div>
      <div className={styles.foot}>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!first}
          onClick={() => first && set({ join, list: [...list, freshCondition(first)] })}
        >
          {t('filter.add')}
        </Button>
        {list.length > 0 ? (
          <Button type="text" size="small" onClick={() => set({ join: 'and', list: [] })}>
            {t('filter.clear')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function withStart(held: Conditions | null, fields: Field[], startWith: string | null): Conditions | null {
  const field = fields.find((one) => one.key === startWith);
  if (!held || !field || held.list.some((one) => one.field === field.key)) return held;
  return { ...held, list: [...held.list, freshCondition(field)] };
}

/** Applies a moment after the last change, and at once when the popover closes. */
function useApply(
  onChange: (filter: Filter | null) => void,
  place: number | undefined,
): (conditions: Conditions) => void {
  const pending = useRef<{
    timer: ReturnType<typeof setTimeout>;
    filter: Filter | null;
    place: number | undefined;
  } | null>(null);
  const latest = useRef({ onChange, place });
  useEffect(() => {
    latest.current = { onChange, place };
  });
  useEffect(
    () => () => {
      if (!pending.current) return;
      clearTimeout(pending.current.timer);
      if (pending.current.place === latest.current.place) latest.current.onChange(pending.current.filter);
    },
    [],
  );
  return (conditions) => {
    if (pending.current) clearTimeout(pending.current.timer);
    const filter = filterOf(conditions);
    const timer = setTimeout(() => {
      pending.current = null;
      if (place === latest.current.place) latest.current.onChange(filter);
    }, APPLY_DELAY_MS);
    pending.current = { timer, filter, place };
  };
}

interface LineProps {
  number: number;
  condition: Condition;
  fields: Field[];
  context: FieldContext;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}
function ConditionLine({ number, condition, fields, context, onChange, onRemove }: LineProps) {
  const { t } = useTranslation('table');
  const field = fields.find((one) => one.key === condition.field);
  const operators = field ? operatorsFor(field) : [];
  // One that another client saved and that this list leaves out still shows.
  if (!operators.includes(condition.op)) operators.push(condition.op);
  return (
    <div className={styles.condition}>
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('filter.field', { number })}
        value={condition.field}
        popupMatchSelectWidth={220}
        options={fields.map((one) => ({ value: one.key, label: labelOf(one.label_all) }))}
        onChange={(key) => {
          const next = fields.find((one) => one.key === key);
          if (next) onChange(freshCondition(next));
        }}
      />
      <Select<Operator>
        size="small"
        aria-label={t('filter.op', { number })}
        value={condition.op}
        popupMatchSelectWidth={140}
        options={operators.map((op) => ({ value: op, label: t(`op.${op}`) }))}
        onChange={(op) => field && onChange(withOperator(condition, field, op))}
      />
      {field ? (
        <FilterValueInput
          number={number}
          field={field}
          condition={condition}
          context={context}
          onChange={(value) => onChange({ ...condition, value })}
        />
      ) : (
        <span />
      )}
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined />}
        aria-label={t('filter.remove', { number })}
        onClick={onRemove}
      />
    </div>
  );
}
