import { CloseOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { createRecord } from '@/api/records';
import type { Cell } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoStack } from '@/commands/undo';
import { FieldEditor } from '@/fields/FieldEditor';
import { lenient } from '@/pages/table/saving';
import { FieldLine, groupFields } from './RecordFields';
import type { RecordPanelProps } from './RecordPanel';
import styles from './record.module.css';
import { useRelationSearch } from './relation-search';

/** A record that is being written; it is made when it is saved. */
export function NewRecord({ object, draft, context, onCreated, onClose }: RecordPanelProps) {
  const { t } = useTranslation(['table', 'common']);
  const { objects } = useObjects();
  const searchRelation = useRelationSearch();
  const [values, setValues] = useState<Record<string, Cell>>(draft);
  const create = useMutation({
    mutationFn: () => createRecord(object.key, lenient(object.fields, values)),
    onSuccess: ({ id, change_set }) => {
      undoStack.push(change_set);
      recordsChanged(object.key);
      onCreated(id);
    },
  });
  const atFault = isApiError(create.error) ? create.error.field : undefined;
  const name = labelOf(object.label);
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.name}>{t('record.new', { object: name })}</h2>
        <span className={styles.grow} />
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('record.close')} onClick={onClose} />
      </header>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          // A text that still has the focus is committed by losing it, and stands in `values` one render later.
          if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
          setTimeout(() => create.mutate());
        }}
      >
        {create.error && !atFault ? <Alert type="error" showIcon role="alert" title={errorText(create.error)} /> : null}
        {groupFields(object, objects).map((group) => {
          const fields = group.fields.filter((field) => !field.readonly && field.kind !== 'auto_number');
          if (fields.length === 0) return null;
          return (
            <section key={group.key} className={styles.group} aria-label={group.label}>
              {group.label ? <h3 className={styles.groupTitle}>{group.label}</h3> : null}
              {fields.map((field) => (
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
            </section>
          );
        })}
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
