import { Button, Checkbox, Input, Select } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, FormPart, ObjectInfo } from '@/api/types';
import { writableFields } from '@/pages/table/kinds';
import { DragHandle } from '@/ui/DragHandle';
import { CloseOutlined } from '@/ui/more-icons';
import { moved, useSortable } from '@/ui/useSortable';
import styles from './form.module.css';
import { isAlways, partOf, type WholeForm } from './form-parts';

interface Props {
  object: ObjectInfo;
  form: WholeForm;
  onChange: (part: FormPart) => void;
  onClose: () => void;
}

/** What the form says and asks for; the form itself beside it shows every change. */
export default function FormEditor({ object, form, onChange, onClose }: Props) {
  const { t } = useTranslation('kinds');
  const id = useId();
  const change = (part: Partial<WholeForm>) => onChange(partOf({ ...form, ...part }, object));
  const { fields, required } = form;
  const move = (from: number, to: number) => {
    if (to >= 0 && to < fields.length) change({ fields: moved(fields, from, to) });
  };
  const list = useSortable<HTMLUListElement>(move);
  const shown = new Set(fields.map(({ key }) => key));
  const others = writableFields(object).filter(({ key }) => !shown.has(key));
  const require = (field: Field, on: boolean) =>
    change({ required: new Set([...required].filter((key) => key !== field.key).concat(on ? field.key : [])) });

  return (
    <aside className={styles.editor} aria-label={t('form.editing')}>
      <header className={styles.editorHead}>
        <h2>{t('form.editing')}</h2>
        <Button type="primary" size="small" onClick={onClose}>
          {t('form.done')}
        </Button>
      </header>
      <label htmlFor={`${id}-title`}>{t('form.title')}</label>
      <Input
        id={`${id}-title`}
        maxLength={200}
        value={form.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      <label htmlFor={`${id}-text`}>{t('form.text')}</label>
      <Input.TextArea
        id={`${id}-text`}
        maxLength={2000}
        autoSize={{ minRows: 2, maxRows: 8 }}
        value={form.text}
        onChange={(event) => change({ text: event.target.value })}
      />
      <h3>{t('form.fields')}</h3>
      <ul ref={list} className={styles.fields}>
        {fields.map((field, place) => {
          const name = labelOf(field.label_all);
          const always = isAlways(object, field);
          return (
            <li key={field.key}>
              <DragHandle label={t('form.move', { name })} onStep={(by) => move(place, place + by)} />
              <span className={styles.fieldName}>{name}</span>
              <Checkbox
                checked={required.has(field.key)}
                disabled={always}
                title={always ? t('form.always', { object: labelOf(object.label) }) : undefined}
                aria-label={t('form.requiredOf', { name })}
                onChange={(event) => require(field, event.target.checked)}
              >
                {t('form.required')}
              </Checkbox>
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined />}
                disabled={always}
                aria-label={t('form.remove', { name })}
                onClick={() => change({ fields: fields.filter((one) => one !== field) })}
              />
            </li>
          );
        })}
      </ul>
      {others.length > 0 ? (
        <Select
          value={null}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('form.add')}
          aria-label={t('form.add')}
          options={others.map((field) => ({ value: field.key, label: labelOf(field.label_all) }))}
          onChange={(key: string | null) =>
            change({ fields: [...fields, ...others.filter((field) => field.key === key)] })
          }
        />
      ) : null}
    </aside>
  );
}
