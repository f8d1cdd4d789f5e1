import { useQuery } from '@tanstack/react-query';
import { Checkbox, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { previewMany } from '@/api/records';
import type { Cell, Field, ManyAct, ManyPreview, Meant, ObjectInfo } from '@/api/types';
import { CellView } from '@/fields/CellView';
import { isBlank } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { FieldEditor } from '@/fields/FieldEditor';
import { searchOptions } from '@/fields/options';
import type { SearchRelation } from '@/fields/relations';
import styles from './many.module.css';

interface Props {
  object: ObjectInfo;
  context: FieldContext;
  searchRelation: SearchRelation;
  /** How many records are meant. */
  size: number;
  meant: Meant;
  /** Says whether it was begun. */
  onAct: (meant: Meant, act: ManyAct, count: number) => Promise<boolean>;
  onDone: () => void;
  onClose: () => void;
}

/** More rows than this are changed in the background. */
const AT_ONCE = 1000;

/** One field, one value, and what would become of the rows. */
export default function ManyDialog({ object, context, searchRelation, size, meant, onAct, onDone, onClose }: Props) {
  const { t } = useTranslation('many');
  const id = useId();
  const [key, setKey] = useState<string>();
  const [value, setValue] = useState<Cell>(null);
  const [empty, setEmpty] = useState(false);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const fields = fieldsToFill(object);
  const field = fields.find((one) => one.key === key);
  const ready = field !== undefined && (empty || !isBlank(value) || (field.kind === 'checkbox' && value === false));
  const act = { values: { [key ?? '']: empty ? null : value } };
  const preview = useQuery({
    queryKey: ['many', object.key, meant, act],
    queryFn: ({ signal }) => previewMany(object.key, meant, act, signal),
    enabled: ready,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const seen = ready ? preview.data : undefined;
  const count = seen ? (seen.changing ?? seen.count) : size;
  const save = async () => {
    setBusy(true);
    const begun = await onAct(meant, act, count);
    setBusy(false);
    if (!begun) return;
    onClose();
    onDone();
  };
  return (
    <Modal
      open
      width={560}
      title={t('dialog.title', { count: size })}
      okText={t('dialog.ok', { count })}
      okButtonProps={{ disabled: !seen || count === 0 }}
      confirmLoading={busy}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <label htmlFor={`${id}-field`}>{t('dialog.field')}</label>
        <Select
          id={`${id}-field`}
          autoFocus
          value={key}
          placeholder={t('dialog.pick')}
          showSearch={{ searchValue: typed, onSearch: setTyped, filterOption: false }}
          options={searchOptions(
            fields.map((one) => ({ value: one.key, label: one.label })),
            typed,
          ).map(({ value: one, label }) => ({ value: String(one), label }))}
          onChange={(next) => {
            setKey(next);
            setTyped('');
            setEmpty(false);
            setValue(fields.find((one) => one.key === next)?.kind === 'checkbox' ? false : null);
          }}
        />
        {field ? (
          <>
            <label htmlFor={`${id}-value`}>{t('dialog.value')}</label>
            <div className={styles.value}>
              {empty ? null : (
                <FieldEditor
                  key={field.key}
                  id={`${id}-value`}
                  field={field}
                  cell={value}
                  context={context}
                  searchRelation={searchRelation}
                  onCommit={setValue}
                  problem={preview.error ? errorText(preview.error) : undefined}
                />
              )}
              {field.required || field.kind === 'checkbox' ? null : (
                <Checkbox checked={empty} onChange={(event) => setEmpty(event.target.checked)}>
                  {t('dialog.empty')}
                </Checkbox>
              )}
            </div>
          </>
        ) : null}
      </div>
      {field && ready && !preview.error ? (
        <Outlook preview={seen} field={field} context={context} background={count > AT_ONCE} />
      ) : null}
    </Modal>
  );
}

interface OutlookProps {
  preview: ManyPreview | undefined;
  field: Field;
  context: FieldContext;
  background: boolean;
}

/** How many rows change, and some of them before and after. */
function Outlook({ preview, field, context, background }: OutlookProps) {
  const { t } = useTranslation('many');
  if (!preview) return <p role="status">{t('dialog.looking')}</p>;
  const { count, changing, samples } = preview;
  if (changing === 0) return <p role="status">{t('dialog.nothing')}</p>;
  return (
    <>
      <p role="status" className={styles.outlook}>
        {changing === null ? t('dialog.notCounted', { count }) : t('dialog.changes', { count: changing })}
        {background ? ` ${t('dialog.background')}` : null}
      </p>
      <table className={styles.samples} aria-label={t('dialog.samples')}>
        <thead>
          <tr>
            <th scope="col">{t('dialog.record')}</th>
            <th scope="col">{t('dialog.before')}</th>
            <th scope="col">{t('dialog.after')}</th>
          </tr>
        </thead>
        <tbody>
          {samples.map(({ id, name, before, after }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>
                <CellView field={field} cell={before[field.key]} context={context} />
              </td>
              <td>
                <CellView field={field} cell={after[field.key]} context={context} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Fields that many records can have the same value in: no numbers that are given out once, nothing of other records. */
function fieldsToFill(object: ObjectInfo): Field[] {
  const through = new Set(object.fields.flatMap(({ lookup }) => lookup?.relation ?? []));
  return object.fields.filter(
    ({ key, kind, lookup, readonly }) => !readonly && !lookup && kind !== 'auto_number' && !through.has(key),
  );
}
