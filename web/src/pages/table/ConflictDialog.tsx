import { Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ConflictDetails, ConflictField, ObjectInfo } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { timeAgo } from '@/i18n/time';
import styles from './table.module.css';

interface Props {
  object: ObjectInfo;
  context: FieldContext;
  name: string;
  details: ConflictDetails;
  onAnswer: (mine: string[]) => void;
}

/** Whose value stays, field by field, where two people changed the same at the same time. */
export default function ConflictDialog({ object, context, name, details, onAnswer }: Props) {
  const { t } = useTranslation('table');
  const [mine, setMine] = useState<string[]>(() => Object.keys(details.fields));
  return (
    <Modal
      open
      title={t('conflict.title')}
      onCancel={() => onAnswer([])}
      footer={[
        <Button key="theirs" onClick={() => onAnswer([])}>
          {t('conflict.takeTheirs')}
        </Button>,
        <Button key="keep" type="primary" onClick={() => onAnswer(mine)}>
          {t('conflict.keep')}
        </Button>,
      ]}
    >
      <p>{t('conflict.text', { name })}</p>
      {Object.entries(details.fields).map(([key, values]) => (
        <ConflictLine
          key={key}
          object={object}
          fieldKey={key}
          values={values}
          context={context}
          keepsMine={mine.includes(key)}
          onChoose={(own) => setMine(own ? [...mine, key] : mine.filter((one) => one !== key))}
        />
      ))}
    </Modal>
  );
}

interface LineProps {
  object: ObjectInfo;
  fieldKey: string;
  values: ConflictField;
  context: FieldContext;
  keepsMine: boolean;
  onChoose: (own: boolean) => void;
}
function ConflictLine({ object, fieldKey, values, context, keepsMine, onChoose }: LineProps) {
  const { t } = useTranslation('table');
  const field = object.fields.find((one) => one.key === fieldKey);
  const name = field ? labelOf(field.label_all) : fieldKey;
  const who = (typeof values.by === 'string' ? values.by : values.by?.name) || t('conflict.someone');
  const show = (cell: ConflictField['yours']) =>
    !field || isBlank(cell) ? t('conflict.blank') : <CellView field={field} cell={cell} context={context} />;
  return (
    <fieldset className={styles.conflict}>
      <legend>{name}</legend>
      <Radio.Group
        aria-label={t('conflict.of', { field: name })}
        value={keepsMine ? 'mine' : 'theirs'}
        onChange={(event) => onChoose(event.target.value === 'mine')}
      >
        <Radio value="mine">
          <span className={styles.conflictWho}>{t('conflict.yours')}</span> {show(values.yours)}
        </Radio>
        <Radio value="theirs">
          <span className={styles.conflictWho}>{t('conflict.theirs', { who })}</span> {show(values.theirs)}{' '}
          <small className={styles.muted}>{t('conflict.theirsAt', { time: timeAgo(values.at) })}</small>
        </Radio>
      </Radio.Group>
    </fieldset>
  );
}
