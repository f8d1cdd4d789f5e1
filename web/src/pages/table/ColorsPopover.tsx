import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ColorIcon, ColorRule, Field, ObjectInfo } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { SignMark } from '@/grid/SignMark';
import { SIGN_NAMES } from '@/grid/signs';
import { DragHandle } from '@/ui/DragHandle';
import { PlusOutlined } from '@/ui/icons';
import { CloseOutlined } from '@/ui/more-icons';
import { Swatch } from '@/ui/Swatch';
import { moved, useSortable } from '@/ui/useSortable';
import { useApply } from './apply';
import { type ColorDraft, draftOf, freshBar, freshRule, rulesOf } from './color-drafts';
import styles from './colors.module.css';
import { filterable, freshCondition, inOrder } from './conditions';
import { FilterBuilder } from './FilterBuilder';
import { newGroup, newLine } from './filter-tree';
import shared from './popovers.module.css';

/** The server takes no more. */
const MAX_RULES = 20;
const NUMBERS: ReadonlySet<Field['kind']> = new Set(['number', 'money', 'percent', 'rating']);

interface Props {
  object: ObjectInfo;
  rules: ColorRule[];
  /** Keys of fields as the columns stand. */
  order: string[];
  context: FieldContext;
  /** The view: what was being built in one is not for another. */
  place: number | undefined;
  /** Whether the colours stay in this browser. */
  isLocal: boolean;
  onChange: (rules: ColorRule[]) => void;
}

/** The colours of a view, shown in the table as soon as a rule is complete. */
export default function ColorsPopover({ object, rules, order, context, place, isLocal, onChange }: Props) {
  const { t } = useTranslation('table');
  const [drafts, setDrafts] = useState(() => rules.map(draftOf));
  const apply = useApply(onChange, place);
  const set = (next: ColorDraft[]) => {
    setDrafts(next);
    apply(rulesOf(next));
  };
  const fields = filterable(object.fields, order);
  const columns = inOrder(object.fields, order).filter((field) => !field.hidden);
  const numbers = columns.filter((field) => NUMBERS.has(field.kind));
  const [first] = fields;
  const free = numbers.find((field) => !drafts.some((draft) => draft.bar && draft.field === field.key));
  const move = (from: number, to: number) => {
    if (to >= 0 && to < drafts.length) set(moved(drafts, from, to));
  };
  const list = useSortable<HTMLOListElement>(move);

  return (
    <div className={shared.body}>
      {drafts.length === 0 ? <p className={shared.empty}>{t('colors.empty')}</p> : null}
      <ol ref={list} className={styles.rules}>
        {drafts.map((draft, index) => (
          <Rule
            key={draft.id}
            number={index + 1}
            draft={draft}
            fields={fields}
            columns={draft.bar ? numbers : columns}
            context={context}
            onChange={(next) => set(drafts.map((one) => (one.id === next.id ? next : one)))}
            onMove={(by) => move(index, index + by)}
            onRemove={() => set(drafts.filter((one) => one.id !== draft.id))}
          />
        ))}
      </ol>
      {drafts.length > 1 ? <p className={shared.empty}>{t('colors.order')}</p> : null}
      <div className={shared.foot}>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!first || drafts.length >= MAX_RULES}
          onClick={() =>
            first && set([...drafts, freshRule(drafts, newGroup('and', [newLine(freshCondition(first))]))])
          }
        >
          {t('colors.addRule')}
        </Button>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          disabled={!free || drafts.length >= MAX_RULES}
          title={numbers.length === 0 ? t('colors.noNumbers') : undefined}
          onClick={() => free && set([...drafts, freshBar(drafts, free.key)])}
        >
          {t('colors.addBar')}
        </Button>
      </div>
      {isLocal && drafts.length > 0 ? <p className={shared.empty}>{t('colors.local')}</p> : null}
    </div>
  );
}

interface RuleProps {
  number: number;
  draft: ColorDraft;
  /** Those that conditions may be about. */
  fields: Field[];
  /** Those that may be coloured. */
  columns: Field[];
  context: FieldContext;
  onChange: (draft: ColorDraft) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}
function Rule({ number, draft, fields, columns, context, onChange, onMove, onRemove }: RuleProps) {
  const { t } = useTranslation('table');
  const options = columns.map((field) => ({ value: field.key, label: labelOf(field.label_all) }));
  return (
    <li className={styles.rule} aria-label={t('colors.rule', { number })}>
      <div className={styles.line}>
        <DragHandle label={t('colors.move', { number })} onStep={onMove} />
        <Swatch
          label={t('colors.color', { number })}
          value={draft.color}
          onChange={(color) => onChange({ ...draft, color })}
        />
        {draft.bar ? (
          <>
            <span className={shared.empty}>{t('colors.bar')}</span>
            <Select
              size="small"
              aria-label={t('colors.barField', { number })}
              value={draft.field}
              options={options}
              onChange={(field) => onChange({ ...draft, field })}
            />
          </>
        ) : (
          <>
            <Select
              size="small"
              showSearch={{ optionFilterProp: 'label' }}
              aria-label={t('colors.target', { number })}
              value={draft.field ?? ''}
              options={[{ value: '', label: t('colors.row') }, ...options]}
              onChange={(field) => onChange({ ...draft, field: field || null })}
            />
            <Select<ColorIcon | ''>
              size="small"
              aria-label={t('colors.icon', { number })}
              value={draft.icon ?? ''}
              options={['' as const, ...SIGN_NAMES].map((icon) => ({
                value: icon,
                label: icon ? <Sign icon={icon} label={context.t(`sign.${icon}`)} /> : t('colors.noIcon'),
              }))}
              onChange={(icon) => onChange({ ...draft, icon: icon || null })}
            />
          </>
        )}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t('colors.remove', { number })}
          onClick={onRemove}
        />
      </div>
      {draft.bar ? null : (
        <FilterBuilder
          group={draft.group}
          fields={fields}
          context={context}
          onChange={(group) => onChange({ ...draft, group })}
        />
      )}
    </li>
  );
}

function Sign({ icon, label }: { icon: ColorIcon; label: string }) {
  return (
    <span className={styles.sign}>
      <SignMark icon={icon} />
      {label}
    </span>
  );
}
