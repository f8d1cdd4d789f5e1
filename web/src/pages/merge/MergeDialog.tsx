import '@/i18n/merge';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { type MergeChoice, type MergePreview, mergeRecords, previewMerge } from '@/api/merging';
import { labelOf, useObjects } from '@/api/objects';
import type { Cell, ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable, undoThis } from '@/commands/undo';
import { isBlank, nameIn } from '@/fields/cells';
import type { FieldContext } from '@/fields/context';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import { FieldChoice } from './FieldChoice';
import styles from './merge.module.css';
import { RecordPicker } from './RecordPicker';

interface Props {
  object: ObjectInfo;
  context: FieldContext;
  /** The records to begin with; with a single one another is asked for. */
  ids: RecordId[];
  onDone: (kept: RecordId) => void;
  onClose: () => void;
}

/** Records side by side: which one stays, and of each field which value. */
export default function MergeDialog({ object, context, ids, onDone, onClose }: Props) {
  const { t } = useTranslation('merge');
  const message = useMessage();
  const [chosen, setChosen] = useState(ids);
  const [keep, setKeep] = useState<RecordId>();
  const [choices, setChoices] = useState<Record<string, MergeChoice>>({});
  const preview = useQuery({
    queryKey: ['merge', object.key, chosen, keep],
    queryFn: ({ signal }) => previewMerge(object.key, chosen, keep, signal),
    enabled: chosen.length > 1,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const seen = preview.data;
  const made = seen && choicesIn(seen, choices);
  const name = seen ? nameOf(object, seen, seen.keep) : '';
  const merge = useMutation({
    mutationFn: (looked: MergePreview) => {
      const label = t('label', { count: looked.records.length, name: nameOf(object, looked, looked.keep) });
      return undoable(mergeRecords(object.key, looked, choicesIn(looked, choices), label));
    },
    onSuccess: ({ id, change_set }, looked) => {
      recordsChanged(null);
      onClose();
      onDone(id);
      if (change_set === null) return;
      const key = `merged ${change_set}`;
      const back = () => {
        message.destroy(key);
        const failed = (error: unknown) => void message.error(errorText(error));
        void undoThis(change_set).then(() => recordsChanged(null), failed);
      };
      message.success({
        key,
        duration: 8,
        content: (
          <>
            {t('done', { count: looked.records.length, name: nameOf(object, looked, looked.keep) })}
            <Button type="link" size="small" onClick={back}>
              {t('undo')}
            </Button>
          </>
        ),
      });
    },
    // What is shown was looked at before: now it is looked at anew, and what was chosen stays chosen.
    onError: () => void preview.refetch(),
  });
  const overtaken = isApiError(merge.error, 'changed_meanwhile');
  return (
    <Modal
      open
      width={Math.min(240 + 240 * Math.max(2, chosen.length), 1160)}
      title={t('title', { object: labelOf(object.plural) })}
      okText={t('ok')}
      okButtonProps={{ disabled: !seen || preview.isPlaceholderData || preview.isError || preview.isFetching }}
      confirmLoading={merge.isPending}
      onOk={() => seen && merge.mutate(seen)}
      onCancel={onClose}
    >
      <p className={styles.text}>{t('text')}</p>
      {merge.error ? (
        <Alert
          type={overtaken ? 'warning' : 'error'}
          showIcon
          role="alert"
          className={styles.text}
          title={overtaken ? t('changed') : errorText(merge.error)}
        />
      ) : null}
      {ids.length < 2 ? <RecordPicker object={object} without={ids} onPick={(id) => setChosen([...ids, id])} /> : null}
      {seen && made ? (
        <>
          <Sheet
            object={object}
            context={context}
            preview={seen}
            keep={keep ?? seen.keep}
            choices={made}
            onKeep={setKeep}
            onChoose={(key, choice) => setChoices({ ...choices, [key]: choice })}
          />
          <Outlook object={object} preview={seen} name={name} />
        </>
      ) : preview.error ? (
        <Failed text={errorText(preview.error)} onRetry={() => void preview.refetch()} />
      ) : chosen.length > 1 ? (
        <LinesLoading rows={6} />
      ) : null}
    </Modal>
  );
}

interface SheetProps {
  object: ObjectInfo;
  context: FieldContext;
  preview: MergePreview;
  /** Which record is to stay; the rest follows a moment later. */
  keep: RecordId;
  choices: Record<string, MergeChoice>;
  onKeep: (id: RecordId) => void;
  onChoose: (key: string, choice: MergeChoice) => void;
}

/** The records beside each other, on a phone one below the other. */
function Sheet({ object, context, preview, keep, choices, onKeep, onChoose }: SheetProps) {
  const { t } = useTranslation('merge');
  const [all, setAll] = useState(false);
  const { records } = preview;
  const fields = preview.fields.flatMap((told) => {
    const field = object.fields.find((one) => one.key === told.key);
    return field ? [{ told, field }] : [];
  });
  const shown = fields.filter(({ told }) => all || told.differs);
  const rest = fields.filter(({ told }) => !told.differs).length;
  return (
    <>
      <div className={styles.sheet} style={{ '--records': records.length } as CSSProperties}>
        <div className={`${styles.row} ${styles.head}`} role="radiogroup" aria-label={t('keep')}>
          <div className={styles.name}>{t('keep')}</div>
          {records.map(({ id, may_stay, values }) => (
            <label key={id} className={styles.option} title={may_stay ? undefined : t('notYours')}>
              <input
                type="radio"
                name="merge keep"
                checked={id === keep}
                disabled={!may_stay}
                onChange={() => onKeep(id)}
              />
              <span>
                <b>{nameIn(values[object.title_field]) || t('unnamed')}</b>
                <small>{numberIn(values)}</small>
              </span>
            </label>
          ))}
        </div>
        {shown.map(({ told, field }) => (
          <FieldChoice
            key={told.key}
            object={object}
            field={field}
            told={told}
            preview={preview}
            context={context}
            choice={choices[told.key] ?? told.default}
            onChoose={(choice) => onChoose(told.key, choice)}
          />
        ))}
        {shown.length === 0 ? <p className={styles.same}>{t('same')}</p> : null}
      </div>
      {rest > 0 ? (
        <Button type="link" size="small" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('hideSame') : t('showSame', { count: rest })}
        </Button>
      ) : null}
    </>
  );
}

/** What goes along, and where the old numbers lead. */
function Outlook({ object, preview, name }: { object: ObjectInfo; preview: MergePreview; name: string }) {
  const { t, i18n } = useTranslation('merge');
  const { objects } = useObjects();
  const follows = preview.follows.map(({ object: key, count }) => {
    const label = labelOf(objects.find((one) => one.key === key)?.plural);
    return `${label} ${count.toLocaleString(i18n.language)}`;
  });
  const others = preview.records.filter(({ id }) => id !== preview.keep);
  const numbers = others.map(({ values }) => numberIn(values)).filter(Boolean);
  const kept = numberIn(preview.records.find(({ id }) => id === preview.keep)?.values ?? {}) || name;
  const comma = i18n.language === 'en' ? ', ' : '、';
  return (
    <section aria-label={t('goes')}>
      <h3 className={styles.goes}>{t('goes')}</h3>
      {follows.length > 0 ? <p className={styles.along}>{t('follows', { list: follows.join(comma) })}</p> : null}
      <p className={styles.along}>{t('along')}</p>
      {numbers.length > 0 && object.fields.some(({ key }) => key === 'number') ? (
        <p className={styles.along}>{t('leads', { numbers: numbers.join(comma), kept })}</p>
      ) : null}
    </section>
  );
}

const numberIn = (values: Record<string, Cell>): string => (typeof values.number === 'string' ? values.number : '');

function nameOf(object: ObjectInfo, { records }: MergePreview, id: RecordId): string {
  const values = records.find((one) => one.id === id)?.values ?? {};
  return nameIn(values[object.title_field]) || numberIn(values);
}

/** What was chosen and can still be had; else what stays by itself. */
function choicesIn(preview: MergePreview, choices: Record<string, MergeChoice>): Record<string, MergeChoice> {
  return Object.fromEntries(
    preview.fields.map((told) => {
      const choice = choices[told.key];
      const values = preview.records.find(({ id }) => id === choice)?.values;
      const there = choice === 'all' ? !isBlank(told.joined) : values !== undefined && !isBlank(values[told.key]);
      return [told.key, choice !== undefined && there && !told.fixed ? choice : told.default];
    }),
  );
}
