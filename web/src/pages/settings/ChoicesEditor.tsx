import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Category } from '@/api/types';
import { DragHandle } from '@/ui/DragHandle';
import { PlusOutlined, RedoOutlined } from '@/ui/icons';
import { CloseOutlined } from '@/ui/more-icons';
import { Swatch } from '@/ui/Swatch';
import { moved, useSortable } from '@/ui/useSortable';
import { type ChoiceDraft, freshChoice } from './choice-drafts';
import styles from './settings.module.css';

interface Props {
  /** Given by the form around it. */
  value?: ChoiceDraft[];
  onChange?: (choices: ChoiceDraft[]) => void;
  categories: readonly Category[];
}

/** The choices of a field: order, colour, name, category, other spellings. One that was used is archived, not lost. */
export function ChoicesEditor({ value = [], onChange = () => {}, categories }: Props) {
  const { t } = useTranslation('settings');
  const move = (from: number, to: number) => {
    if (to >= 0 && to < value.length) onChange(moved(value, from, to));
  };
  const list = useSortable<HTMLUListElement>(move);
  const change = (id: string, part: Partial<ChoiceDraft>) =>
    onChange(value.map((choice) => (choice.id === id ? { ...choice, ...part } : choice)));
  const drop = (choice: ChoiceDraft) =>
    choice.key === null
      ? onChange(value.filter((one) => one.id !== choice.id))
      : change(choice.id, { archived: !choice.archived });

  return (
    <>
      {categories.length > 0 ? <p className={styles.muted}>{t('fields.categoryText')}</p> : null}
      <ul className={styles.list} ref={list} aria-label={t('fields.choices')}>
        {value.map((choice, index) => (
          <ChoiceLine
            key={choice.id}
            choice={choice}
            number={index + 1}
            categories={categories}
            onChange={(part) => change(choice.id, part)}
            onDrop={() => drop(choice)}
            onStep={(by) => move(index, index + by)}
            onEnter={() => onChange([...value, freshChoice(value)])}
          />
        ))}
      </ul>
      <Button type="text" size="small" icon={<PlusOutlined />} onClick={() => onChange([...value, freshChoice(value)])}>
        {t('fields.addChoice')}
      </Button>
    </>
  );
}

interface LineProps {
  choice: ChoiceDraft;
  number: number;
  categories: readonly Category[];
  onChange: (part: Partial<ChoiceDraft>) => void;
  onDrop: () => void;
  onStep: (by: -1 | 1) => void;
  onEnter: () => void;
}

function ChoiceLine({ choice, number, categories, onChange, onDrop, onStep, onEnter }: LineProps) {
  const { t } = useTranslation(['settings', 'fields']);
  const name = choice.label || String(number);
  return (
    <li className={styles.choice} data-category={categories.length > 0} data-archived={choice.archived}>
      <DragHandle label={t('fields.moveChoice', { name })} onStep={onStep} />
      <Swatch label={t('fields.colorOf', { name })} value={choice.color} onChange={(color) => onChange({ color })} />
      <Input
        value={choice.label}
        disabled={choice.archived}
        maxLength={60}
        aria-label={t('fields.choiceNumber', { number })}
        placeholder={t('fields.choice')}
        autoFocus={choice.key === null && number > 1}
        onChange={(event) => onChange({ label: event.target.value })}
        onPressEnter={(event) => {
          event.preventDefault();
          if (!event.nativeEvent.isComposing) onEnter();
        }}
      />
      {categories.length > 0 ? (
        <Select
          value={choice.category ?? ''}
          aria-label={t('fields.categoryOf', { name })}
          options={[
            { value: '', label: t('fields.noCategory') },
            ...categories.map((one) => ({ value: one, label: t(`fields:category.${one}`) })),
          ]}
          onChange={(category) => onChange({ category: (category || null) as Category | null })}
        />
      ) : null}
      <Select
        mode="tags"
        value={choice.synonyms}
        open={false}
        suffixIcon={null}
        maxTagCount="responsive"
        aria-label={t('fields.synonymsOf', { name })}
        placeholder={t('fields.synonymsHint')}
        tokenSeparators={[',', '，', '、', ';', '；']}
        onChange={(synonyms: string[]) => onChange({ synonyms: synonyms.map((one) => one.trim()).filter(Boolean) })}
      />
      <Button
        type="text"
        size="small"
        icon={choice.archived ? <RedoOutlined /> : <CloseOutlined />}
        aria-label={choice.archived ? t('fields.restoreChoice', { name }) : t('fields.removeChoice', { name })}
        onClick={onDrop}
      />
    </li>
  );
}
