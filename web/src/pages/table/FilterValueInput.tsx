import { Input, InputNumber, Select } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition, Field, FilterValue } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { DateField } from '@/fields/DateField';
import { optionsOf } from '@/fields/options';
import { needsValue, PERIODS, type Period, periodOf } from './conditions';
import styles from './popovers.module.css';

interface Props {
  /** Of the condition, from 1. */
  number: number;
  field: Field;
  condition: Condition;
  context: FieldContext;
  onChange: (value: FilterValue | undefined) => void;
}

/** The value of a condition, as its field and its operator need it. */
export function FilterValueInput(props: Props) {
  const { field, condition } = props;
  const { t } = useTranslation('table');
  const label = t('filter.value', { number: props.number });
  if (!needsValue(condition.op)) return <span />;
  if (condition.op === 'within') return <PeriodSelect {...props} label={label} />;
  if (condition.op === 'between') return <Pair {...props} />;
  if (field.kind === 'checkbox') {
    return (
      <Select
        size="small"
        aria-label={label}
        value={condition.value !== false}
        options={[
          { value: true, label: t('filter.yes') },
          { value: false, label: t('filter.no') },
        ]}
        onChange={props.onChange}
      />
    );
  }
  if (condition.op === 'in' || condition.op === 'not_in') return <Several {...props} label={label} />;
  return <One field={field} context={props.context} label={label} value={condition.value} onChange={props.onChange} />;
}

function PeriodSelect({ condition, label, onChange }: Props & { label: string }) {
  const { t } = useTranslation('table');
  const period = periodOf(condition.value);
  const names = Object.keys(PERIODS) as Period[];
  return (
    <Select<Period | 'custom'>
      size="small"
      aria-label={label}
      value={period ?? 'custom'}
      options={[
        ...names.map((name) => ({ value: name, label: t(`period.${name}`) })),
        ...(period ? [] : [{ value: 'custom' as const, label: t('period.custom') }]),
      ]}
      onChange={(name) => name !== 'custom' && onChange(PERIODS[name])}
    />
  );
}

function Several({ field, condition, context, label, onChange }: Props & { label: string }) {
  const options = optionsOf(field, context);
  return (
    <Select
      size="small"
      mode={field.kind === 'tags' ? 'tags' : 'multiple'}
      maxTagCount="responsive"
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      value={Array.isArray(condition.value) ? (condition.value as (string | number)[]) : []}
      options={options.map(({ value, label: name }) => ({ value, label: name }))}
      onChange={(value) => onChange(value as FilterValue)}
    />
  );
}

function Pair({ number, field, condition, context, onChange }: Props) {
  const { t } = useTranslation('table');
  const [low, high] = Array.isArray(condition.value) ? condition.value : [];
  const pair = (first: FilterValue | undefined, second: FilterValue | undefined) =>
    onChange([first ?? null, second ?? null] as FilterValue);
  return (
    <span className={styles.pair}>
      <One
        field={field}
        context={context}
        label={t('filter.value', { number })}
        value={low}
        onChange={(value) => pair(value, high)}
      />
      <span aria-hidden="true">–</span>
      <One
        field={field}
        context={context}
        label={t('filter.valueTo', { number })}
        value={high}
        onChange={(value) => pair(low, value)}
      />
    </span>
  );
}

interface OneProps {
  field: Field;
  context: FieldContext;
  label: string;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
}
function One({ field, context, label, value, onChange }: OneProps) {
  const { t } = useTranslation('table');
  const id = useId();
  switch (field.kind) {
    case 'number':
    case 'money':
    case 'rating':
      return (
        <InputNumber
          size="small"
          aria-label={label}
          controls={false}
          value={typeof value === 'number' ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case 'percent':
      return (
        <InputNumber
          size="small"
          aria-label={label}
          controls={false}
          suffix="%"
          value={typeof value === 'number' ? Number((value * 100).toPrecision(12)) : null}
          onChange={(next) => onChange(next === null ? undefined : next / 100)}
        />
      );
    case 'date':
    case 'datetime':
      return (
        <span className={styles.date}>
          <label htmlFor={id} className="visually-hidden">
            {label}
          </label>
          <DateField
            id={id}
            field={{ ...field, kind: 'date' }}
            cell={typeof value === 'string' ? value : null}
            context={context}
            describedBy={undefined}
            wrong={false}
            onCommit={(next) => onChange(next ?? undefined)}
          />
        </span>
      );
    default:
      return (
        <Input
          size="small"
          aria-label={label}
          placeholder={t('filter.placeholder')}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
