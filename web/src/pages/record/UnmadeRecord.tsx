import { Alert, Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ObjectInfo, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { outbox, type Unmade } from '@/pages/table/outbox';
import { type AskConflict, saveOrKeep } from '@/pages/table/saving';
import { useUnmade } from '@/pages/table/unsent-values';
import { DeleteOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { CloseOutlined } from '@/ui/more-icons';
import { FormFields } from './FormFields';
import type { RecordPanelProps } from './RecordPanel';
import styles from './record.module.css';

interface FieldsProps {
  object: ObjectInfo;
  record: Unmade;
  shown: string[];
  context: FieldContext;
  ask: AskConflict;
}

/** What was typed of a record that waits to be made: each change is kept at once. */
export function UnmadeFields({ object, record, shown, context, ask }: FieldsProps) {
  const { t } = useTranslation('grid');
  const message = useMessage();
  const keep = async (key: string, cell: unknown) => {
    const edit = { id: record.id, version: 0, values: { [key]: cell as never } };
    const result = await saveOrKeep(object, edit, ask);
    if ('reason' in result) void message.error(result.reason);
  };
  return (
    <>
      {record.refused === undefined ? (
        <Alert type="warning" showIcon title={t('edit.waiting')} role="status" />
      ) : (
        <Alert type="error" showIcon title={t('edit.failed', { reason: record.refused })} role="alert" />
      )}
      <FormFields
        object={object}
        shown={shown}
        context={context}
        values={record.cells}
        onCommit={(key, cell) => void keep(key, cell)}
      />
    </>
  );
}

/** A record that waits to be made, beside its table; the record itself as soon as it is made. */
export function UnmadeRecord(props: RecordPanelProps & { id: RecordId }) {
  const { object, id, onCreated, onRemove, onClose } = props;
  const { t } = useTranslation('table');
  const record = useUnmade(object.key).find((one) => one.id === id);
  const latest = useRef({ onCreated, onClose });
  latest.current = { onCreated, onClose };
  const isGone = record === undefined;
  useEffect(() => {
    if (!isGone) return;
    const made = outbox.made.get(id);
    if (made) latest.current.onCreated(made.id);
    else latest.current.onClose();
  }, [isGone, id]);
  if (!record) return null;
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.name}>{String(record.cells[object.title_field] ?? '') || t('record.unnamed')}</h2>
        <span className={styles.grow} />
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined />}
          aria-label={t('record.delete', { object: labelOf(object.label) })}
          onClick={() => onRemove(id)}
        />
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('record.close')} onClick={onClose} />
      </header>
      <div className={styles.form}>
        <UnmadeFields {...props} record={record} />
      </div>
    </>
  );
}
