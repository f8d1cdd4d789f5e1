import '@/i18n/memory';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input, Segmented, Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { type ChangeSetInfo, type ChangesAsked, readChangeSet, readChangeSets } from '@/api/memory';
import { labelOf, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Via } from '@/api/types';
import { dateTime, timeAgo } from '@/i18n/time';
import { EntryChanges } from '@/pages/record/EntryChanges';
import { RightOutlined } from '@/ui/icons';
import page from '@/ui/page.module.css';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { WAYS } from './address';
import styles from './memory.module.css';

const UndoDialog = lazy(() => import('./UndoDialog'));
const PAGE = 50;

/** What was done, by whom and by which way, and taking it back; one's own, everybody's for an administrator. */
export default function ChangesPage() {
  const { t } = useTranslation(['memory', 'table']);
  const asked = useSearch({ from: '/shell/changes' });
  const navigate = useNavigate();
  const { objects, users } = useObjects();
  const { rights } = useMe();
  const [undoing, setUndoing] = useState<number | null>(null);
  const go = (change: ChangesAsked) =>
    void navigate({ to: '/changes', search: { ...asked, ...change }, replace: true });
  const found = useInfiniteQuery({
    queryKey: ['changes', asked],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) => (await readChangeSets(asked, pageParam, PAGE, signal)).change_sets,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    placeholderData: keepPreviousData,
  });
  const list = found.data?.pages.flat() ?? [];
  const narrowed = [asked.person, asked.via, asked.since, asked.until].some((one) => one !== undefined);
  return (
    <div className={styles.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t('changes.title')}</h1>
        <Segmented
          size="small"
          aria-label={t('trash.objects')}
          value={asked.object ?? ''}
          options={[
            { value: '', label: t('changes.allObjects') },
            ...objects.map((one) => ({ value: one.key, label: labelOf(one.plural) })),
          ]}
          onChange={(object) => go({ object: object || undefined })}
        />
        <p className={styles.text}>{rights.manage_people ? t('changes.text') : t('changes.textOwn')}</p>
      </header>
      <fieldset className={styles.filters} aria-label={t('changes.filters')}>
        {rights.manage_people ? (
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            aria-label={t('changes.person')}
            placeholder={t('changes.everybody')}
            value={asked.person}
            options={users.map((user) => ({ value: user.id, label: user.name }))}
            onChange={(person) => go({ person })}
          />
        ) : null}
        <Select<Via>
          allowClear
          aria-label={t('changes.via')}
          placeholder={t('changes.anyWay')}
          value={asked.via}
          options={WAYS.map((value) => ({ value, label: t(`table:timeline.via.${value}`) }))}
          onChange={(via) => go({ via })}
        />
        {(['since', 'until'] as const).map((end) => (
          <Input
            key={end}
            type="date"
            prefix={t(`changes.${end}`)}
            aria-label={t(`changes.${end}`)}
            value={asked[end] ?? ''}
            onChange={(event) => go({ [end]: event.target.value || undefined })}
          />
        ))}
        {narrowed ? (
          <Button
            type="link"
            onClick={() => go({ person: undefined, via: undefined, since: undefined, until: undefined })}
          >
            {t('changes.clear')}
          </Button>
        ) : null}
      </fieldset>
      {found.error ? (
        <Failed text={errorText(found.error)} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <LinesLoading />
      ) : list.length === 0 ? (
        <Statement
          title={narrowed ? t('changes.nothingFound') : t('changes.empty')}
          text={narrowed ? t('changes.nothingFoundText') : t('changes.emptyText')}
        />
      ) : (
        <>
          <ol className={styles.sets} aria-label={t('changes.list')} aria-busy={found.isPlaceholderData}>
            {list.map((one) => (
              <ChangeSetLine key={one.id} one={one} onUndo={() => setUndoing(one.id)} />
            ))}
          </ol>
          {found.hasNextPage ? (
            <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t('changes.more')}
            </Button>
          ) : null}
        </>
      )}
      {undoing === null ? null : (
        <Suspense>
          <UndoDialog changeSet={undoing} onClose={() => setUndoing(null)} />
        </Suspense>
      )}
    </div>
  );
}

function ChangeSetLine({ one, onUndo }: { one: ChangeSetInfo; onUndo: () => void }) {
  const { t } = useTranslation(['memory', 'table']);
  const { objects } = useObjects();
  const [open, setOpen] = useState(false);
  const told = one.parts.reduce((sum, part) => sum + part.count, 0);
  const parts = one.parts.map(({ object, action, count }) => {
    const of = objects.find((other) => other.key === object);
    return t(`changes.parts.${action}`, { count, object: labelOf(count === 1 ? of?.label : of?.plural) });
  });
  const all = told < one.total ? [t('changes.total', { count: one.total })] : parts;
  const said = one.label || all.join(' · ') || t('changes.nothing');
  const what = one.undo_of === null ? said : t('changes.undoOf', { what: said });
  return (
    <li className={styles.set} data-undone={one.state === 'undone'}>
      <div className={styles.setHead}>
        <button
          type="button"
          className={styles.setWhat}
          aria-expanded={open}
          aria-label={t('changes.show', { what })}
          onClick={() => setOpen(!open)}
        >
          <RightOutlined rotate={open ? 90 : 0} />
          <span>
            {what}
            {one.label ? <span className={styles.muted}>{all.join(' · ')}</span> : null}
          </span>
        </button>
        <span className={styles.setWho}>
          {one.actor?.name ?? t('trash.system')}
          {one.via === 'table' ? '' : ` · ${t(`table:timeline.via.${one.via}`)}`}
        </span>
        <time dateTime={one.at} title={dateTime(one.at)}>
          {timeAgo(one.at)}
        </time>
        <span className={styles.setAct}>
          {one.can_undo ? (
            <Button type="link" size="small" aria-label={t('changes.undoOf', { what })} onClick={onUndo}>
              {t('changes.undo')}
            </Button>
          ) : one.state === 'done' ? null : (
            <span className={styles.quiet}>{t(`changes.${one.state}`)}</span>
          )}
        </span>
      </div>
      {open ? <Entries changeSet={one.id} /> : null}
    </li>
  );
}

function Entries({ changeSet }: { changeSet: number }) {
  const { t } = useTranslation(['memory', 'table']);
  const { objects } = useObjects();
  const found = useInfiniteQuery({
    queryKey: ['changes', 'of', changeSet],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => readChangeSet(changeSet, pageParam, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (found.error) return <Failed text={errorText(found.error)} onRetry={() => void found.refetch()} />;
  if (!found.data) return <LinesLoading rows={2} />;
  const entries = found.data.pages.flatMap((page) => page.entries);
  return (
    <div className={styles.entries}>
      {entries.length === 0 ? <p className={styles.quiet}>{t('changes.noEntries')}</p> : null}
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            {t(`table:timeline.actions.${entry.action}`)}{' '}
            {labelOf(objects.find((one) => one.key === entry.object)?.label)} {entry.record.label}
            <EntryChanges entry={entry} />
          </li>
        ))}
      </ul>
      {found.hasNextPage ? (
        <Button type="link" size="small" onClick={() => void found.fetchNextPage()}>
          {t('changes.moreEntries')}
        </Button>
      ) : null}
    </div>
  );
}
