import { useQuery } from '@tanstack/react-query';
import { Input, InputNumber, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/api/objects';
import { readRecord } from '@/api/records';
import type { Condition, Field, FilterValue } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { DateField } from '@/fields/DateField';
import { formatCell } from '@/fields/format';
import { optionsOf } from '@/fields/options';
import { useRelationSearch as useFound } from '@/fields/relations';
import { useRelationSearch } from '@/pages/record/relation-search';
import { needsValue } from './conditions';
import styles from './filter.module.css';
import { MAX_STRETCH, ofStretch, PERIODS, type Period, periodOf, type Stretch, stretchOf } from './periods';

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
  if (condition.op === 'in' || condition.op === 'not_in') {
    return field.kind === 'relation' ? <Records {...props} label={label} /> : <Several {...props} label={label} />;
  }
  return <One field={field} context={props.context} label={label} value={condition.value} onChange={props.onChange} />;
}

const UNITS: Stretch['unit'][] = ['day', 'week', 'month', 'quarter', 'year'];
const FIRST_STRETCH: Stretch = { way: 'last', count: 14, unit: 'day' };

/** A span with a name, or so many days, weeks, months from now on or until now. */
function PeriodSelect({ number, condition, label, onChange }: Props & { label: string }) {
  const { t } = useTranslation('table');
  const period = periodOf(condition.value);
  const stretch = stretchOf(condition.value);
  // Stays while a number is typed that makes a span with a name.
  const [isFree, setFree] = useState(period === null && stretch !== null);
  const names = Object.keys(PERIODS) as Period[];
  const choose = (name: Period | Stretch['way'] | 'custom') => {
    if (name === 'custom') return;
    setFree(name === 'last' || name === 'next');
    if (name === 'last' || name === 'next') onChange(ofStretch({ ...(stretch ?? FIRST_STRETCH), way: name }));
    else onChange(PERIODS[name]);
  };
  const shown = isFree && stretch ? stretch.way : (period ?? 'custom');
  return (
    <span className={styles.period}>
      <Select<Period | Stretch['way'] | 'custom'>
        size="small"
        aria-label={label}
        value={shown}
        popupMatchSelectWidth={140}
        options={[
          { value: 'last', label: t('period.last') },
          { value: 'next', label: t('period.next') },
          ...names.map((name) => ({ value: name, label: t(`period.${name}`) })),
          ...(shown === 'custom' ? [{ value: 'custom' as const, label: t('period.custom') }] : []),
        ]}
        onChange={choose}
      />
      {isFree && stretch ? (
        <>
          <InputNumber
            size="small"
            aria-label={t('filter.stretch', { number })}
            controls={false}
            min={1}
            max={MAX_STRETCH}
            precision={0}
            value={stretch.count}
            onChange={(count) => count && onChange(ofStretch({ ...stretch, count }))}
          />
          <Select
            size="small"
            aria-label={t('filter.unit', { number })}
            title={t('filter.unitText')}
            value={stretch.unit}
            options={UNITS.map((unit) => ({ value: unit, label: t(`unit.${unit}`, { count: stretch.count }) }))}
            onChange={(unit) => onChange(ofStretch({ ...stretch, unit }))}
          />
        </>
      ) : null}
    </span>
  );
}

/** Several of what the field offers; where it offers nothing, whatever is typed. */
function Several({ field, condition, context, label, onChange }: Props & { label: string }) {
  const { t } = useTranslation('table');
  const offered = optionsOf(field, context).map(({ value, label: name }) => ({ value, label: name }));
  const chosen = Array.isArray(condition.value) ? (condition.value as (string | number)[]) : [];
  const isOpen = field.kind === 'tags' || (field.kind !== 'person' && field.choices.length === 0);
  const isNumber = NUMBERS.has(field.kind);
  const set = (values: (string | number)[]) =>
    onChange(
      isNumber
        ? values.map((one) => asNumber(one, field)).filter((one) => Number.isFinite(one))
        : (values as FilterValue),
    );
  // A person who left, or a choice that is no longer offered, still shows where a condition names it.
  const gone = chosen
    .filter((value) => !isOpen && !offered.some((one) => one.value === value))
    .map((value) => ({ value, label: nameOf(field, value, context) }));
  return (
    <Select
      size="small"
      mode={isOpen ? 'tags' : 'multiple'}
      maxTagCount="responsive"
      aria-label={label}
      placeholder={isOpen ? t('filter.severalPlaceholder') : undefined}
      tokenSeparators={isOpen ? [';', '；', '\n', ...(isNumber ? [] : [',', '，', '、'])] : undefined}
      showSearch={{ optionFilterProp: 'label' }}
      value={field.kind === 'percent' ? chosen.map((one) => `${Number((Number(one) * 100).toPrecision(12))}%`) : chosen}
      options={[...offered, ...gone]}
      onChange={(values) => set(values as (string | number)[])}
    />
  );
}

const NUMBERS: ReadonlySet<Field['kind']> = new Set(['number', 'money', 'percent', 'rating']);

function asNumber(typed: string | number, field: Field): number {
  const number = Number(String(typed).replace(/[,%\s]/g, '') || Number.NaN);
  return field.kind === 'percent' ? number / 100 : number;
}

const nameOf = (field: Field, value: string | number, context: FieldContext) =>
  formatCell(field, field.kind === 'choices' ? [String(value)] : value, context);

/** Records that a field points to, found by their names. */
function Records({ field, condition, label, onChange }: Props & { label: string }) {
  const { objects } = useObjects();
  const target = objects.find((one) => one.key === field.target);
  const [typed, setTyped] = useState('');
  const { options } = useFound(useRelationSearch(), field, typed);
  const chosen = Array.isArray(condition.value) ? (condition.value as number[]) : [];
  const { data: names } = useQuery({
    queryKey: ['names', target?.key, chosen],
    enabled: target !== undefined && chosen.length > 0,
    staleTime: 60_000,
    // One that is gone, or that this person may not see, keeps its number.
    queryFn: () =>
      Promise.all(
        chosen.map((id) =>
          target
            ? readRecord(target.key, id).then(
                ({ values }) => ({ value: id, label: String(values[target.title_field] ?? '') }),
                () => ({ value: id, label: `#${id}` }),
              )
            : { value: id, label: `#${id}` },
        ),
      ),
  });
  const known = [...(names ?? []), ...options];
  return (
    <Select<number[]>
      size="small"
      mode="multiple"
      maxTagCount="responsive"
      aria-label={label}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={chosen}
      options={[
        ...options,
        ...chosen
          .filter((id) => !options.some((one) => one.value === id))
          .map((id) => ({ value: id, label: known.find((one) => one.value === id)?.label ?? `#${id}` })),
      ]}
      onChange={(value) => onChange(value)}
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
