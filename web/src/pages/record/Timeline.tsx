import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { Fragment, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { type HistoryAsked, readHistory } from '@/api/records';
import type { ChangeAction, HistoryEntry, ObjectInfo, ObjectKey, RecordId } from '@/api/types';
import { CellView } from '@/fields/CellView';
import type { FieldContext } from '@/fields/context';
import { dateTime, timeAgo } from '@/i18n/time';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { EntryChanges } from './EntryChanges';
import styles from './record.module.css';
import { isOwn, type Step, stepsOf, timeOf } from './steps';

const UndoDialog = lazy(() => import('@/pages/memory/UndoDialog'));

/** As many entries as the server tells at once. */
const PAGE = 200;
const ACTIONS: ChangeAction[] = ['create', 'update', 'delete', 'restore'];

/** What happened to a record and to what belongs to it: who, when, from, to, by which way. */
export function Timeline({ object, id, context }: { object: ObjectInfo; id: RecordId; context: FieldContext }) {
  const { t } = useTranslation('table');
  const [asked, setAsked] = useState<HistoryAsked>({});
  const isAsked = Object.values(asked).some((one) => one !== undefined);
  const history = useInfiniteQuery({
    queryKey: ['history', object.key, id, asked],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) => (await readHistory(object.key, id, asked, pageParam, signal)).entries,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    placeholderData: keepPreviousData,
  });
  if (history.error) return <Failed text={errorText(history.error)} onRetry={() => void history.refetch()} />;
  if (!history.data) return <LinesLoading />;
  const entries = history.data.pages.flat();
  if (entries.length === 0 && !isAsked) return <Statement title={t('timeline.empty')} />;
  return (
    <>
      <Filters object={object} asked={asked} onChange={setAsked} />
      {entries.length === 0 ? (
        <Statement title={t('timeline.nothingFound')}>
          <Button onClick={() => setAsked({})}>{t('timeline.clear')}</Button>
        </Statement>
      ) : (
        <ol className={styles.timeline} aria-label={t('timeline.label')} aria-busy={history.isPlaceholderData}>
          {stepsOf(entries, object.key, id).map((step) => (
            <StepLine
              key={step.entries[0]?.id ?? step.changeSet}
              step={step}
              of={{ object: object.key, id }}
              context={context}
            />
          ))}
        </ol>
      )}
      {history.hasNextPage ? (
        <Button type="text" block loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('timeline.older')}
        </Button>
      ) : null}
    </>
  );
}

interface FiltersProps {
  object: ObjectInfo;
  asked: HistoryAsked;
  onChange: (asked: HistoryAsked) => void;
}
/** Which changes are told: of a kind, by a person, of a field. */
function Filters({ object, asked, onChange }: FiltersProps) {
  const { t } = useTranslation('table');
  const { users } = useObjects();
  const fields = object.fields.filter((field) => !field.readonly || asked.field === field.key);
  return (
    <fieldset className={styles.asked} aria-label={t('timeline.filters')}>
      <Select
        allowClear
        size="small"
        aria-label={t('timeline.kind')}
        placeholder={t('timeline.anyKind')}
        value={asked.action}
        options={ACTIONS.map((value) => ({ value, label: t(`timeline.actions.${value}`) }))}
        onChange={(action) => onChange({ ...asked, action })}
      />
      <Select
        allowClear
        showSearch
        size="small"
        optionFilterProp="label"
        aria-label={t('timeline.person')}
        placeholder={t('timeline.anybody')}
        value={asked.person}
        options={users.map((user) => ({ value: user.id, label: user.name }))}
        onChange={(person) => onChange({ ...asked, person })}
      />
      <Select
        allowClear
        showSearch
        size="small"
        optionFilterProp="label"
        aria-label={t('timeline.field')}
        placeholder={t('timeline.anyField')}
        value={asked.field}
        options={fields.map((field) => ({ value: field.key, label: labelOf(field.label_all) }))}
        onChange={(field) => onChange({ ...asked, field })}
      />
    </fieldset>
  );
}

interface StepProps {
  step: Step;
  of: { object: ObjectKey; id: RecordId };
  context: FieldContext;
}
function StepLine({ step, of, context }: StepProps) {
  const { t } = useTranslation('table');
  const { objects } = useObjects();
  const [undoing, setUndoing] = useState(false);
  const [first] = step.entries;
  if (!first) return null;
  const at = timeOf(step);
  return (
    <li className={styles.entry}>
      {step.entries.map((entry, place) => (
        <Fragment key={entry.id}>
          <div className={styles.entryHead}>
            {place === 0 ? <b>{entry.actor?.name ?? t('timeline.system')}</b> : null}
            <span>
              {t(`timeline.actions.${entry.action}`)}
              {isOwn(entry, of.object, of.id)
                ? ''
                : ` ${labelOf(objects.find((one) => one.key === entry.object)?.label)} ${isTold(entry) ? '' : entry.record.label}`}
            </span>
            {place === 0 && entry.via !== 'table' ? (
              <span className={styles.muted}>{t('timeline.by', { via: t(`timeline.via.${entry.via}`) })}</span>
            ) : null}
            <span className={styles.grow} />
            {place === 0 ? (
              <time className={styles.muted} dateTime={at} title={dateTime(at)}>
                {timeAgo(at)}
              </time>
            ) : null}
          </div>
          {isTold(entry) ? <Brief entry={entry} context={context} /> : null}
          <EntryChanges entry={entry} />
        </Fragment>
      ))}
      {first.can_undo ? (
        <Button type="link" size="small" className={styles.undo} onClick={() => setUndoing(true)}>
          {t('timeline.undo')}
        </Button>
      ) : null}
      {undoing ? (
        <Suspense>
          <UndoDialog changeSet={step.changeSet} onClose={() => setUndoing(false)} />
        </Suspense>
      ) : null}
    </li>
  );
}

const isTold = (entry: HistoryEntry) => Object.keys(entry.brief).length > 0;

/** What somebody did, in his words, and what else is known of it. */
function Brief({ entry, context }: { entry: HistoryEntry; context: FieldContext }) {
  const { objects } = useObjects();
  const fields = objects.find((one) => one.key === entry.object)?.fields ?? [];
  return (
    <div className={styles.brief}>
      {entry.record.label ? <p>{entry.record.label}</p> : null}
      {fields.map((field) =>
        field.key in entry.brief ? (
          <span key={field.key}>
            <small>{labelOf(field.label_all)}</small>
            <CellView field={field} cell={entry.brief[field.key]} context={context} />
          </span>
        ) : null,
      )}
    </div>
  );
}
