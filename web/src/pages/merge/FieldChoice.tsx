import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeChoice, MergeField, MergePreview } from '@/api/merging';
import type { Field, ObjectInfo } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank, nameIn } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import styles from './merge.module.css';

interface Props {
  object: ObjectInfo;
  field: Field;
  told: MergeField;
  preview: MergePreview;
  context: FieldContext;
  choice: MergeChoice;
  onChoose: (choice: MergeChoice) => void;
}

/** Which value of a field stays. What is blank cannot be chosen. */
export function FieldChoice({ object, field, told, preview, context, choice, onChoose }: Props) {
  const { t } = useTranslation('merge');
  const id = useId();
  const joins = !isBlank(told.joined);
  return (
    <div className={styles.row} role="radiogroup" aria-labelledby={id} title={told.fixed ? t('fixed') : undefined}>
      <div className={styles.name} id={id}>
        {field.label}
      </div>
      {preview.records.map((record) => {
        const cell = record.values[field.key];
        const blank = isBlank(cell);
        return (
          <label key={record.id} className={styles.option}>
            <input
              type="radio"
              name={`merge ${field.key}`}
              checked={!blank && choice === record.id}
              disabled={blank || (told.fixed && record.id !== preview.keep)}
              onChange={() => onChoose(record.id)}
            />
            <span>
              <small className={styles.whose}>{nameIn(record.values[object.title_field]) || t('unnamed')}</small>
              {blank ? <small>{t('blank')}</small> : <CellView field={field} cell={cell} context={context} />}
            </span>
          </label>
        );
      })}
      {joins ? (
        <label className={`${styles.option} ${styles.all}`}>
          <input type="radio" name={`merge ${field.key}`} checked={choice === 'all'} onChange={() => onChoose('all')} />
          <span>
            <small>{t('joined')}</small>
            <CellView field={field} cell={told.joined} context={context} />
          </span>
        </label>
      ) : null}
    </div>
  );
}
