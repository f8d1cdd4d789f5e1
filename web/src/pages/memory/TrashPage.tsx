import '@/i18n/memory';
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { purgeRecords, readTrash, restoreRecords, type TrashRow } from '@/api/memory';
import { labelOf, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import { dateTime, timeAgo } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import { MemoryHead } from './MemoryHead';
import styles from './memory.module.css';

const ConfirmDialog = lazy(() => import('@/ui/ConfirmDialog'));
const PAGE = 100;

/** What was deleted in the last 30 days: bring it back, or let it go for good. */
export default function TrashPage() {
  const { objects } = useObjects();
  const { object: key, q = '' } = useSearch({ from: '/shell/trash' });
  const object = objects.find((one) => one.key === key) ?? objects[0];
  if (!object) return null;
  return object.rights.delete ? <Trash key={object.key} object={object} search={q} /> : <Forbidden />;
}

function Trash({ object, search }: { object: ObjectInfo; search: string }) {
  const { t } = useTranslation('memory');
  const navigate = useNavigate();
  const message = useMessage();
  const { rights } = useMe();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState<number[] | null>(null);
  const plural = labelOf(object.plural);
  const noun = (count: number) => (count === 1 ? labelOf(object.label) : plural);
  const go = (next: { object: string; q?: string }) =>
    void navigate({ to: '/trash', search: { object: next.object, q: next.q || undefined }, replace: true });
  const trash = useInfiniteQuery({
    queryKey: ['trash', object.key, search],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => readTrash(object.key, search, pageParam, PAGE, signal),
    getNextPageParam: (last, pages) => (last.rows.length < PAGE ? undefined : pages.length * PAGE),
    placeholderData: keepPreviousData,
  });
  const rows = trash.data?.pages.flatMap((page) => page.rows) ?? [];
  const ids = rows.map((row) => row.id).filter((id) => chosen.has(id));
  const done = () => {
    setChosen(new Set());
    recordsChanged(null);
  };
  const restore = useMutation({
    mutationFn: (which: number[]) =>
      undoable(restoreRecords(object.key, which, t('trash.restoreLabel', { count: which.length }))),
    onSuccess: (_, which) => {
      done();
      const [only] = which.length === 1 ? which : [];
      void message.success({
        content: (
          <>
            {t('trash.restored', { count: which.length, object: noun(which.length) })}
            {only === undefined ? null : (
              <Button
                type="link"
                size="small"
                onClick={() =>
                  void navigate({ to: '/o/$object', params: { object: object.key }, search: { record: only } })
                }
              >
                {t('trash.open')}
              </Button>
            )}
          </>
        ),
      });
    },
    onError: (error) => {
      void message.error(errorText(error));
      void trash.refetch();
    },
  });
  const purge = async (which: number[]) => {
    try {
      await purgeRecords(object.key, which);
      done();
      void message.success(t('trash.purged', { count: which.length, object: noun(which.length) }));
    } catch (error) {
      void message.error(errorText(error));
      void trash.refetch();
    }
  };
  const choose = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };

  return (
    <div className={styles.page}>
      <MemoryHead
        title={t('trash.title')}
        text={t('trash.text', { object: plural })}
        object={object}
        onObject={(key) => go({ object: key })}
        search={{
          label: t('trash.search', { object: plural }),
          value: search,
          onChange: (q) => go({ object: object.key, q }),
        }}
      />
      {trash.error ? (
        <Failed text={errorText(trash.error)} onRetry={() => void trash.refetch()} />
      ) : !trash.data ? (
        <LinesLoading />
      ) : rows.length === 0 ? (
        <Statement
          title={search ? t('trash.nothingFound') : t('trash.empty')}
          text={search ? t('trash.nothingFoundText') : t('trash.emptyText', { object: plural })}
        >
          {search ? (
            <Button onClick={() => go({ object: object.key })}>{t('trash.clear')}</Button>
          ) : (
            <Button
              type="primary"
              onClick={() => void navigate({ to: '/o/$object', params: { object: object.key }, search: {} })}
            >
              {t('trash.back', { object: plural })}
            </Button>
          )}
        </Statement>
      ) : (
        <>
          <div className={styles.bar}>
            <Checkbox
              checked={ids.length === rows.length}
              indeterminate={ids.length > 0 && ids.length < rows.length}
              onChange={(event) => setChosen(new Set(event.target.checked ? rows.map((row) => row.id) : []))}
            >
              {t('trash.chooseAll')}
            </Checkbox>
            {ids.length > 0 ? (
              <>
                <Button type="primary" size="small" loading={restore.isPending} onClick={() => restore.mutate(ids)}>
                  {t('trash.restoreChosen', { count: ids.length })}
                </Button>
                {rights.manage_people ? (
                  <Button danger size="small" onClick={() => setAsking(ids)}>
                    {t('trash.purgeChosen', { count: ids.length })}
                  </Button>
                ) : null}
              </>
            ) : null}
          </div>
          <div className={styles.scroll} aria-busy={trash.isPlaceholderData}>
            <table className={styles.table} aria-label={`${t('trash.title')} · ${plural}`}>
              <thead>
                <tr>
                  <td />
                  <th scope="col">{t('trash.label')}</th>
                  <th scope="col" className={styles.wide}>
                    {t('trash.number')}
                  </th>
                  <th scope="col" className={styles.wide}>
                    {t('trash.deletedBy')}
                  </th>
                  <th scope="col">{t('trash.deletedAt')}</th>
                  <th scope="col">{t('trash.daysLeft')}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <TrashLine
                    key={row.id}
                    row={row}
                    chosen={chosen.has(row.id)}
                    busy={restore.isPending}
                    onChoose={(on) => choose(row.id, on)}
                    onRestore={() => restore.mutate([row.id])}
                    onPurge={rights.manage_people ? () => setAsking([row.id]) : null}
                  />
                ))}
              </tbody>
            </table>
          </div>
          {trash.hasNextPage ? (
            <Button block loading={trash.isFetchingNextPage} onClick={() => void trash.fetchNextPage()}>
              {t('trash.more')}
            </Button>
          ) : null}
        </>
      )}
      {asking ? (
        <Suspense>
          <ConfirmDialog
            title={t('trash.purgeAsk', { count: asking.length, object: noun(asking.length) })}
            okText={t('trash.purge')}
            onOk={() => purge(asking)}
            onClose={() => setAsking(null)}
          >
            {t('trash.purgeText')}
          </ConfirmDialog>
        </Suspense>
      ) : null}
    </div>
  );
}

interface LineProps {
  row: TrashRow;
  chosen: boolean;
  busy: boolean;
  onChoose: (on: boolean) => void;
  onRestore: () => void;
  /** Null: not this person's to do. */
  onPurge: (() => void) | null;
}
function TrashLine({ row, chosen, busy, onChoose, onRestore, onPurge }: LineProps) {
  const { t } = useTranslation('memory');
  const { objects } = useObjects();
  const name = row.label || t('trash.unnamed');
  const along = Object.entries(row.with).map(([key, count]) => {
    const other = objects.find((one) => one.key === key);
    return t('trash.withPart', { count, object: labelOf(count === 1 ? other?.label : other?.plural) });
  });
  return (
    <tr>
      <td>
        <Checkbox
          checked={chosen}
          aria-label={t('trash.choose', { name })}
          onChange={(event) => onChoose(event.target.checked)}
        />
      </td>
      <td className={styles.name}>
        {name}
        {along.length > 0 ? <span className={styles.muted}>{t('trash.with', { what: along.join(' · ') })}</span> : null}
      </td>
      <td className={styles.wide}>{row.number}</td>
      <td className={styles.wide}>{row.deleted_by?.name ?? t('trash.system')}</td>
      <td>
        <time dateTime={row.deleted_at} title={dateTime(row.deleted_at)}>
          {timeAgo(row.deleted_at)}
        </time>
      </td>
      <td>{row.days_left > 0 ? t('trash.days', { count: row.days_left }) : t('trash.today')}</td>
      <td className={styles.acts}>
        <Button
          type="link"
          size="small"
          disabled={busy}
          aria-label={t('trash.restoreOne', { name })}
          onClick={onRestore}
        >
          {t('trash.restore')}
        </Button>
        {onPurge ? (
          <Button type="text" danger size="small" aria-label={t('trash.purgeOne', { name })} onClick={onPurge}>
            {t('trash.purge')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
