import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Field, ObjectInfo } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { FieldLine } from './RecordFields';
import styles from './record.module.css';
import { ValueEditor } from './ValueEditor';

interface Props {
  object: ObjectInfo;
  /** Keys of the fields to begin with. */
  shown: string[];
  context: FieldContext;
  values: Record<string, Cell>;
  /** Why a field's value was refused. */
  problemOf?: (field: Field) => string | undefined;
  onCommit: (key: string, cell: Cell) => void;
}

/** The fields of a record that is not made yet. */
export function FormFields({ object, shown, context, values, problemOf, onCommit }: Props) {
  const { t } = useTranslation('table');
  const [all, setAll] = useState(false);
  const { first, rest } = fieldsToFill(object, shown);
  return (
    <>
      {(all ? [...first, ...rest] : first).map((field) => (
        <FieldLine key={field.key} field={field}>
          {(id) => (
            <ValueEditor
              id={id}
              field={field}
              values={values}
              context={context}
              problem={problemOf?.(field)}
              onCommit={onCommit}
            />
          )}
        </FieldLine>
      ))}
      {rest.length > 0 ? (
        <Button type="text" size="small" className={styles.all} onClick={() => setAll(!all)}>
          {all ? t('record.fewer') : t('record.showEmpty')}
        </Button>
      ) : null}
    </>
  );
}

/** What a person fills in: first the columns of the table in their order, then the rest. */
function fieldsToFill(object: ObjectInfo, shown: string[]): { first: Field[]; rest: Field[] } {
  const looked = new Set(object.fields.flatMap((field) => field.lookup?.relation ?? []));
  const open = object.fields.filter(
    (field) => !field.hidden && !field.readonly && field.kind !== 'auto_number' && !looked.has(field.key),
  );
  const isFirst = (field: Field) => shown.includes(field.key) || field.required || field.key === object.title_field;
  const place = (field: Field) => (field.key === object.title_field ? -1 : shown.indexOf(field.key));
  return {
    first: open.filter(isFirst).sort((a, b) => place(a) - place(b)),
    rest: open.filter((field) => !isFirst(field)).sort((a, b) => a.position - b.position),
  };
}
