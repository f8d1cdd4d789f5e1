import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import type { Cell, Field, ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { ValueEditor } from '@/pages/record/ValueEditor';
import { makeOrKeep } from '@/pages/table/saving';
import { CheckCircleFilled } from '@/ui/more-icons';
import { Statement } from '@/ui/states';
import styles from './form.module.css';
import { missingOf, type WholeForm } from './form-parts';

interface Props {
  /** What was typed stays under this number while one looks at another view. */
  place: number;
  object: ObjectInfo;
  form: WholeForm;
  context: FieldContext;
  /** Nothing is saved. */
  preview: boolean;
  onSee: (id: RecordId) => void;
}

const typed = new Map<number, Record<string, Cell>>();

/** The form as it is filled in; afterwards, what was saved, and another one. */
export function Fill({ place, object, form, context, preview, onSee }: Props) {
  const { t } = useTranslation(['kinds', 'grid']);
  const [values, setValues] = useState<Record<string, Cell>>(() => typed.get(place) ?? {});
  const [asked, setAsked] = useState(false);
  const body = useRef<HTMLFormElement>(null);
  // A double click is one wish.
  const sent = useRef(false);
  const put = (next: Record<string, Cell>) => {
    typed.set(place, next);
    setValues(next);
  };
  const create = useMutation({
    mutationFn: (filled: Record<string, Cell>) => makeOrKeep(object, [filled]),
    networkMode: 'always',
    onSuccess: (answer) => {
      if ('made' in answer) recordsChanged(object.key);
      put({});
      setAsked(false);
    },
    onSettled: () => {
      sent.current = false;
    },
  });
  useStay(Object.values(values).some((cell) => !isBlank(cell)));
  const missing = asked ? missingOf(form, values) : [];
  const atFault = isApiError(create.error) ? create.error.field : undefined;
  const isShown = form.fields.some(({ key }) => key === atFault);
  const problemOf = (field: Field) => {
    if (missing.includes(field)) return t('form.missing', { name: labelOf(field.label_all) });
    return atFault === field.key ? errorText(create.error) : undefined;
  };
  // The newest values: a text that still had the focus is committed by losing it.
  const newest = useRef(values);
  useEffect(() => {
    newest.current = values;
  });
  const send = () => {
    if (sent.current || preview) return;
    setAsked(true);
    const [first] = missingOf(form, newest.current);
    if (first) {
      body.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first.key)}"] :is(input, textarea)`)?.focus();
      return;
    }
    sent.current = true;
    create.mutate(newest.current);
  };

  if (create.data && !preview) {
    const made = 'made' in create.data ? create.data.made[0] : undefined;
    const again = () => {
      create.reset();
      requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('input, textarea')?.focus());
    };
    return (
      <div className={styles.sheet}>
        <Statement
          picture={<CheckCircleFilled className={styles.done} />}
          title={
            made ? t('form.saved', { name: String(made.values[object.title_field] ?? '') }) : t('grid:edit.waiting')
          }
          role="status"
        >
          <Button type="primary" autoFocus onClick={again}>
            {t('form.another')}
          </Button>
          {made ? <Button onClick={() => onSee(made.id)}>{t('form.see')}</Button> : null}
        </Statement>
      </div>
    );
  }
  return (
    <form
      ref={body}
      className={styles.sheet}
      aria-label={form.title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        setTimeout(send);
      }}
    >
      {form.title ? <h2 className={styles.title}>{form.title}</h2> : null}
      {form.text ? <p className={styles.text}>{form.text}</p> : null}
      {create.error && !isShown ? <Alert type="error" showIcon role="alert" title={errorText(create.error)} /> : null}
      {form.fields.map((field) => (
        <Line key={field.key} field={field} required={form.required.has(field.key)}>
          {(id) => (
            <ValueEditor
              id={id}
              field={field}
              values={values}
              context={context}
              problem={problemOf(field)}
              onCommit={(key, cell) => {
                newest.current = { ...newest.current, [key]: cell };
                put(newest.current);
              }}
            />
          )}
        </Line>
      ))}
      <footer className={styles.foot}>
        <Button type="primary" htmlType="submit" loading={create.isPending} disabled={preview}>
          {t('form.send')}
        </Button>
        {preview ? <span className={styles.muted}>{t('form.preview')}</span> : null}
      </footer>
    </form>
  );
}

interface LineProps {
  field: Field;
  required: boolean;
  children: (id: string) => ReactNode;
}
function Line({ field, required, children }: LineProps) {
  const { t } = useTranslation('kinds');
  const id = useId();
  return (
    <div className={styles.line} data-field={field.key}>
      <label htmlFor={id}>
        {labelOf(field.label_all)}
        {required ? (
          <span className={styles.star} title={t('form.required')}>
            <span aria-hidden="true"> *</span>
            <span className="visually-hidden"> {t('form.required')}</span>
          </span>
        ) : null}
      </label>
      {children(id)}
    </div>
  );
}

/** While something is typed and not saved, the browser asks before it leaves the page. */
function useStay(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}
