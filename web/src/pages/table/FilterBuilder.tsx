import { Button, Segmented, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Condition, Field, Operator } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { PlusOutlined } from '@/ui/icons';
import { CloseOutlined, PartitionOutlined } from '@/ui/more-icons';
import { asOffered, freshCondition, operatorLabel, operatorsFor, withOperator } from './conditions';
import { FilterValueInput } from './FilterValueInput';
import styles from './filter.module.css';
import { type Group, isGroup, MAX_LEVELS, newGroup, newLine, numbersOf, replaced } from './filter-tree';

interface Props {
  group: Group;
  /** Those that conditions may be about, in the order in which they are offered. */
  fields: Field[];
  context: FieldContext;
  onChange: (group: Group) => void;
}

/** Conditions and groups of them, to be changed by hand. */
export function FilterBuilder({ group, fields, context, onChange }: Props) {
  const [added, setAdded] = useState<number | null>(null);
  return (
    <div className={styles.tree}>
      <GroupBox
        root={group}
        group={group}
        level={1}
        numbers={numbersOf(group)}
        added={added}
        fields={fields}
        context={context}
        onChange={onChange}
        onAdded={setAdded}
      />
    </div>
  );
}

interface BoxProps extends Props {
  root: Group;
  level: number;
  numbers: Map<number, number>;
  /** The condition that was added last takes the focus. */
  added: number | null;
  onAdded: (id: number) => void;
}
function GroupBox(props: BoxProps) {
  const { root, group, level, numbers, added, fields, context, onChange, onAdded } = props;
  const { t } = useTranslation('table');
  const adder = useRef<HTMLButtonElement>(null);
  const [first] = fields;
  const offered = (condition: Condition) => {
    const field = fields.find((one) => one.key === condition.field);
    return field ? asOffered(condition, field) : condition;
  };
  const put = (next: Group) => onChange(next.id === root.id ? next : replaced(root, next.id, next));
  const remove = (id: number) => {
    adder.current?.focus();
    onChange(replaced(root, id, null));
  };
  const addLine = () => {
    if (!first) return;
    const line = newLine(freshCondition(first));
    onAdded(line.id);
    put({ ...group, parts: [...group.parts, line] });
  };
  const addGroup = () => {
    if (!first) return;
    const line = newLine(freshCondition(first));
    onAdded(line.id);
    // A group with the word of the one around it would say nothing new.
    put({ ...group, parts: [...group.parts, newGroup(group.join === 'and' ? 'or' : 'and', [line])] });
  };
  return (
    <>
      {group.parts.length > 1 || level > 1 ? (
        <Segmented<'and' | 'or'>
          size="small"
          aria-label={t('filter.join')}
          value={group.join}
          options={[
            { value: 'and', label: t('filter.joins.and') },
            { value: 'or', label: t('filter.joins.or') },
          ]}
          onChange={(join) => put({ ...group, join })}
        />
      ) : null}
      <div className={styles.lines}>
        {group.parts.map((part) => {
          const number = numbers.get(part.id) ?? 0;
          return isGroup(part) ? (
            <fieldset key={part.id} className={styles.group} aria-label={t('filter.group', { number })}>
              <GroupBox {...props} group={part} level={level + 1} />
              <Button
                type="text"
                size="small"
                className={styles.ungroup}
                icon={<CloseOutlined />}
                aria-label={t('filter.removeGroup', { number })}
                onClick={() => remove(part.id)}
              />
            </fieldset>
          ) : (
            <ConditionLine
              key={part.id}
              number={number}
              condition={offered(part.condition)}
              fields={fields}
              context={context}
              focused={part.id === added}
              onChange={(condition) => onChange(replaced(root, part.id, { ...part, condition }))}
              onRemove={() => remove(part.id)}
            />
          );
        })}
      </div>
      <div className={styles.foot}>
        <Button ref={adder} type="text" size="small" icon={<PlusOutlined />} disabled={!first} onClick={addLine}>
          {t('filter.add')}
        </Button>
        {level < MAX_LEVELS && group.parts.length > 0 ? (
          <Button type="text" size="small" icon={<PartitionOutlined />} onClick={addGroup}>
            {t('filter.addGroup')}
          </Button>
        ) : null}
      </div>
    </>
  );
}

interface LineProps {
  number: number;
  condition: Condition;
  fields: Field[];
  context: FieldContext;
  focused: boolean;
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}
function ConditionLine({ number, condition, fields, context, focused, onChange, onRemove }: LineProps) {
  const { t } = useTranslation('table');
  const field = fields.find((one) => one.key === condition.field);
  const operators = field ? operatorsFor(field) : [];
  // One that another client saved and that this list leaves out still shows.
  if (!operators.includes(condition.op)) operators.push(condition.op);
  return (
    <div className={styles.condition}>
      <Select
        size="small"
        autoFocus={focused}
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
        options={operators.map((op) => ({ value: op, label: t(operatorLabel(op, field)) }))}
        onChange={(op) => field && onChange(withOperator(condition, field, op))}
      />
      {field ? (
        <FilterValueInput
          key={field.key}
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
