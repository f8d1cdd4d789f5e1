import { useMutation } from '@tanstack/react-query';
import { Button, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { changeField, countValues, deleteField, labelOf, objectsQuery, useObjects } from '@/api/objects';
import type { Field, ObjectInfo } from '@/api/types';
import ConfirmDialog from '@/ui/ConfirmDialog';
import { DragHandle } from '@/ui/DragHandle';
import { DeleteOutlined, EditOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import styles from './settings.module.css';

interface Props {
  object: ObjectInfo;
  field: Field;
  onEdit: () => void;
  onStep: (by: -1 | 1) => void;
}

export function FieldRow({ object, field, onEdit, onStep }: Props) {
  const { t } = useTranslation(['settings', 'fields', 'common']);
  const { objects } = useObjects();
  const message = useMessage();
  const name = labelOf(field.label_all);
  const refresh = () => queryClient.invalidateQueries(objectsQuery);
  const failed = (error: unknown) => void message.error(errorText(error));
  const show = useMutation({
    mutationFn: (shown: boolean) => changeField(object.key, field.key, { hidden: !shown }),
    onSettled: refresh,
    onError: failed,
  });
  const drop = useMutation({
    mutationFn: () => deleteField(object.key, field.key),
    onSuccess: async () => {
      await refresh();
      void message.success(t('fields.deleted', { name }));
    },
    onError: failed,
  });
  const ask = useMutation({
    mutationFn: () => countValues(object.key, field.key),
    onError: failed,
  });
  const origin = field.lookup
    ? t('fields.lookup', { object: labelOf(objects.find((one) => one.key === field.lookup?.target_object)?.label) })
    : field.builtin
      ? t('fields.builtin')
      : t('fields.own');
  const shown = show.isPending ? show.variables : !field.hidden;
  return (
    <li className={styles.field} data-off={!shown}>
      <DragHandle label={t('fields.move', { name })} onStep={onStep} />
      <span className={styles.fieldName}>{name}</span>
      <span className={`${styles.muted} ${styles.wide}`}>{t(`fields:kind.${field.kind}`)}</span>
      <span className={`${styles.muted} ${styles.wide}`}>{origin}</span>
      <span>
        <Switch
          size="small"
          checked={shown}
          disabled={field.required || field.key === object.title_field}
          aria-label={t('fields.shownOf', { name })}
          onChange={(on) => show.mutate(on)}
        />
      </span>
      <span className={styles.end}>
        <Button
          size="small"
          type="text"
          icon={<EditOutlined />}
          aria-label={t('fields.editOf', { name })}
          onClick={onEdit}
        />
        {field.builtin ? null : (
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            loading={ask.isPending}
            aria-label={t('fields.deleteOf', { name })}
            onClick={() => ask.mutate()}
          />
        )}
      </span>
      {ask.data === undefined ? null : (
        <ConfirmDialog
          title={t('fields.deleteTitle', { name })}
          okText={t('common:delete')}
          onOk={() => drop.mutateAsync()}
          onClose={() => ask.reset()}
        >
          {ask.data ? t('fields.deleteText', { count: ask.data }) : t('fields.deleteNone')}
        </ConfirmDialog>
      )}
    </li>
  );
}
