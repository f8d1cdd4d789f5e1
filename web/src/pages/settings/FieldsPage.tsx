import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { changeField, labelOf, objectsQuery, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Field, ObjectInfo } from '@/api/types';
import { PlusOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { Forbidden, Statement } from '@/ui/states';
import { moved, useSortable } from '@/ui/useSortable';
import { FieldDrawer } from './FieldDrawer';
import { FieldRow } from './FieldRow';
import { positionsFor } from './positions';
import { Head } from './Section';
import styles from './settings.module.css';

export default function FieldsPage() {
  const { rights } = useMe();
  return rights.manage_fields ? <Fields /> : <Forbidden />;
}

type Editing = { field: Field | null } | null;

function Fields() {
  const { t } = useTranslation('settings');
  const { objects } = useObjects();
  const search = useSearch({ from: '/shell/settings/fields' });
  const navigate = useNavigate({ from: '/settings/fields' });
  const [editing, setEditing] = useState<Editing>(null);
  const object = objects.find((one) => one.key === search.object) ?? objects[0];
  if (!object) return <Statement title={t('fields.title')} />;
  return (
    <>
      <Head
        title={t('fields.title')}
        action={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({ field: null })}>
            {t('fields.add')}
          </Button>
        }
      />
      <Segmented
        aria-label={t('fields.object')}
        value={object.key}
        options={objects.map((one) => ({ value: one.key, label: labelOf(one.label) }))}
        onChange={(key) => void navigate({ search: { object: key } })}
      />
      <FieldList key={object.key} object={object} onEdit={(field) => setEditing({ field })} />
      {editing ? <FieldDrawer object={object} field={editing.field} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

function FieldList({ object, onEdit }: { object: ObjectInfo; onEdit: (field: Field) => void }) {
  const { t } = useTranslation('settings');
  const message = useMessage();
  // While a new order is on its way it is shown already.
  const [order, setOrder] = useState<Field[] | null>(null);
  const shown = order ?? [...object.fields].sort((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1));

  const place = useMutation({
    mutationFn: async ({ fields, key }: { fields: Field[]; key: string }) => {
      for (const [name, position] of positionsFor(fields, key)) await changeField(object.key, name, { position });
      await queryClient.invalidateQueries(objectsQuery);
    },
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => setOrder(null),
  });
  const move = (from: number, to: number) => {
    const field = shown[from];
    if (!field || to < 0 || to >= shown.length || place.isPending) return;
    const fields = moved(shown, from, to);
    setOrder(fields);
    place.mutate({ fields, key: field.key });
  };
  const list = useSortable<HTMLUListElement>(move);

  return (
    <>
      <div className={`${styles.field} ${styles.fieldHead}`} aria-hidden="true">
        <span />
        <span>{t('fields.name')}</span>
        <span className={styles.wide}>{t('fields.kind')}</span>
        <span className={styles.wide} />
        <span>{t('fields.shown')}</span>
        <span />
      </div>
      <ul className={styles.list} ref={list} aria-label={t('fields.list')}>
        {shown.map((field, index) => (
          <FieldRow
            key={field.key}
            object={object}
            field={field}
            onEdit={() => onEdit(field)}
            onStep={(by) => move(index, index + by)}
          />
        ))}
      </ul>
    </>
  );
}
