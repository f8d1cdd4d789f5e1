import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import type { Cell } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { makeOrKeep } from '@/pages/table/saving';
import { CloseOutlined } from '@/ui/more-icons';
import { FormFields } from './FormFields';
import type { RecordPanelProps } from './RecordPanel';
import styles from './record.module.css';

/** A record that is being written; it is made when it is saved. */
export function NewRecord({ object, draft, shown, context, onCreated, onClose }: RecordPanelProps) {
  const { t } = useTranslation(['table', 'common']);
  const [values, setValues] = useState<Record<string, Cell>>(draft);
  // A double click is one wish.
  const sent = useRef(false);
  const create = useMutation({
    // Where there is no line it waits, and can be seen and changed as any other.
    mutationFn: () => makeOrKeep(object, [values]),
    networkMode: 'always',
    onSuccess: (answer) => {
      if ('made' in answer) recordsChanged(object.key);
      const [id] = 'made' in answer ? answer.made.map((one) => one.id) : answer.waiting;
      if (id !== undefined) onCreated(id);
    },
    onError: () => {
      sent.current = false;
    },
  });
  const atFault = isApiError(create.error) ? create.error.field : undefined;
  const name = labelOf(object.label);
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
        <FormFields
          object={object}
          shown={shown}
          context={context}
          values={values}
          problemOf={({ key }) => (atFault === key ? errorText(create.error) : undefined)}
          onCommit={(key, cell) => setValues((before) => ({ ...before, [key]: cell }))}
        />
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
