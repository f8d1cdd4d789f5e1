import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { createRecord } from '@/api/records';
import type { Cell, Field, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import { FieldEditor } from '@/fields/FieldEditor';
import { lenient } from '@/pages/table/saving';
import { CloseOutlined } from '@/ui/more-icons';
import { FieldLine } from './RecordFields';
import type { RecordPanelProps } from './RecordPanel';
import styles from './record.module.css';
import { useRelationSearch } from './relation-search';

/** A record that is being written; it is made when it is saved. */
export function NewRecord({ object, draft, shown, context, onCreated, onClose }: RecordPanelProps) {
  const { t } = useTranslation(['table', 'common']);
  const searchRelation = useRelationSearch();
  const [values, setValues] = useState<Record<string, Cell>>(draft);
  // A double click is one wish.
  const sent = useRef(false);
  const create = useMutation({
    mutationFn: () => undoable(createRecord(object.key, lenient(object.fields, values))),
    onSuccess: ({ id }) => {
      recordsChanged(object.key);
      onCreated(id);
    },
    onError: () => {
      sent.current = false;
    },
  });
  const atFault = isApiError(create.error) ? create.error.field : undefined;
  const name = labelOf(object.label);
  const [all, setAll] = useState(false);
  const { first, rest } = fieldsToFill(object, shown);
  // Straight to typing.
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus(), []);
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.name}>{t('record.new', { object: name })}</h2>
        <span className={styles.grow} />
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('record.close')} onClick={onClose} />
      </header>
      <form
        ref={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (sent.current) return;
          sent.current = true;
          // A text that still has the focus is committed by losing it, and stands in `values` one render later.
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          setTimeout(() => create.mutate());
        }}
      >
        {create.error && !atFault ? <Alert type="error" showIcon role="alert" title={errorText(create.error)} /> : null}
        {(all ? [...first, ...rest] : first).map((field) => (
          <FieldLine key={field.key} field={field}>
            {(id) => (
              <FieldEditor
                id={id}
                field={field}
                cell={values[field.key] ?? null}
                context={context}
                searchRelation={searchRelation}
                problem={atFault === field.key ? errorText(create.error) : undefined}
                onCommit={(cell) => setValues((before) => ({ ...before, [field.key]: cell }))}
              />
            )}
          </FieldLine>
        ))}
        {rest.length > 0 ? (
          <Button type="text" size="small" className={styles.all} onClick={() => setAll(!all)}>
            {all ? t('record.fewer') : t('record.showEmpty')}
          </Button>
        ) : null}
        <footer className={styles.foot}>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('record.create', { object: name })}
          </Button>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
        </footer>
      </form>
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
