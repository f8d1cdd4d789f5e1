import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Pagination, Segmented, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import {
  applyComparison,
  type Choosing as Chosen,
  type Comparison,
  choose,
  type Difference,
  type DifferencesOnly,
  readDifferences,
  type Side,
} from '@/api/comparisons';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { dateTime } from '@/i18n/time';
import bar from '@/pages/import/bar.module.css';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { useSaid } from './ComparisonPage';
import { DifferenceRow } from './DifferenceRow';
import { comparisonKey, differencesKey } from './keys';
import styles from './roundtrip.module.css';
import { useCompare } from './useCompare';

const PAGE = 50;
const ONLY: DifferencesOnly[] = ['all', 'conflict', 'edit', 'here', 'new', 'removed', 'problems'];

interface Props {
  comparison: Comparison;
  onOrdinary: () => void;
}

/** The rows that differ, and which value of each is to be. */
export function Choosing({ comparison, onOrdinary }: Props) {
  const { t } = useTranslation('roundtrip');
  const message = useMessage();
  const navigate = useNavigate({ from: '/import' });
  const [only, setOnly] = useState<DifferencesOnly>('all');
  const [page, setPage] = useState(1);
  const { id, counts } = comparison;
  const said = useSaid(comparison);
  const rows = useQuery({
    queryKey: [...differencesKey(id), only, page],
    queryFn: ({ signal }) => readDifferences(id, { offset: (page - 1) * PAGE, limit: PAGE, only }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const change = useMutation({
    scope: { id: `comparison-${id}` },
    mutationFn: (what: Chosen) => choose(id, what),
    onMutate: (what) => showAtOnce(id, what),
    onSuccess: (next) => queryClient.setQueryData(comparisonKey(id), next),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: differencesKey(id) }),
  });
  const beside = useCompare(id);
  const { objects } = useObjects();
  const apply = useMutation({
    mutationFn: () => applyComparison(id),
    onSuccess: ({ job }) =>
      queryClient.setQueryData(comparisonKey(id), { ...comparison, state: 'applying' as const, job }),
    onError: (error) => void message.error(errorText(error)),
  });
  const others = comparison.others.map((info) => (
    <Button
      key={info.key}
      loading={beside.isPending && beside.variables === info.key}
      onClick={() => beside.mutate(info.key)}
    >
      {t('beside', {
        name: labelOf(objects.find(({ key }) => key === info.object)?.plural),
        count: info.rows,
      })}
    </Button>
  ));
  const ways = (
    <>
      {others}
      <Button onClick={onOrdinary}>{t('ordinary')}</Button>
      <Button onClick={() => void navigate({ search: { object: comparison.object } })}>{t('other')}</Button>
    </>
  );
  if (counts.rows.all === 0) {
    return (
      <>
        <Statement title={t('same')} text={t('sameText', { count: comparison.compared })} role="status">
          {ways}
        </Statement>
        <Skipped comparison={comparison} />
      </>
    );
  }
  return (
    <>
      <div className={bar.bar}>
        <span className={bar.files}>{comparison.files.join(', ')}</span>
        {comparison.export ? (
          <span className={styles.muted}>{t('exported', { at: dateTime(comparison.export.at) })}</span>
        ) : null}
        <span className={bar.space} />
        {change.isPending ? (
          <span className={styles.muted} role="status">
            <Spin size="small" /> {t('choosing')}
          </span>
        ) : counts.chosen.open > 0 ? (
          <span className={styles.open} role="status">
            {t('open', { count: counts.chosen.open })}
          </span>
        ) : null}
        {ways}
        <Button
          type="primary"
          disabled={!said || change.isPending}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
        >
          {said ? `${t('apply')} ${said}` : t('nothing')}
        </Button>
      </div>
      <div className={styles.tools}>
        <Segmented<DifferencesOnly>
          size="small"
          aria-label={t('only.label')}
          value={only}
          options={ONLY.filter((one) => one === only || one === 'all' || counts.rows[one] > 0).map((value) => ({
            value,
            label: (
              <span>
                {t(`only.${value}`)} <b>{counts.rows[value].toLocaleString('en-US')}</b>
              </span>
            ),
          }))}
          onChange={(value) => {
            setOnly(value);
            setPage(1);
          }}
        />
        <AllOf only={only} onChoose={(kinds) => change.mutate({ kinds })} />
      </div>
      {rows.error ? (
        <Failed text={errorText(rows.error)} onRetry={() => void rows.refetch()} />
      ) : rows.data ? (
        <>
          <p className={styles.keys}>{t('keys')}</p>
          <ul className={styles.rows} aria-label={t('rows')} aria-busy={rows.isPlaceholderData}>
            {rows.data.rows.map((row) => (
              <DifferenceRow
                key={row.place}
                row={row}
                object={comparison.object}
                onChoose={(what) => change.mutate(what)}
              />
            ))}
          </ul>
          {rows.data.rows.length === 0 ? <p className={styles.muted}>{t('noRows')}</p> : null}
        </>
      ) : (
        <LinesLoading />
      )}
      {rows.data && rows.data.count > PAGE ? (
        <Pagination
          size="small"
          className={styles.pages}
          current={page}
          pageSize={PAGE}
          total={rows.data.count}
          showSizeChanger={false}
          onChange={setPage}
        />
      ) : null}
      <Skipped comparison={comparison} />
    </>
  );
}

/** Two buttons that decide for all rows which the filter shows. Removed rows go only where somebody looks at them. */
function AllOf({ only, onChoose }: { only: DifferencesOnly; onChoose: (kinds: Chosen['kinds']) => void }) {
  const { t } = useTranslation('roundtrip');
  if (only === 'here' || only === 'problems') return null;
  const kinds = (side: Side): Chosen['kinds'] =>
    only === 'all' ? { conflict: side, edit: side, new: side } : { [only]: side };
  const [mine, theirs] =
    only === 'new'
      ? (['leave', 'create'] as const)
      : only === 'removed'
        ? (['keep', 'delete'] as const)
        : (['mine', 'theirs'] as const);
  return (
    <fieldset className={styles.allOf} aria-label={t('all.label')}>
      <Button size="small" onClick={() => onChoose(kinds('mine'))}>
        {t(`all.${mine}`)}
      </Button>
      <Button size="small" danger={theirs === 'delete'} onClick={() => onChoose(kinds('theirs'))}>
        {t(`all.${theirs}`)}
      </Button>
    </fieldset>
  );
}

function Skipped({ comparison: { skipped } }: { comparison: Comparison }) {
  const { t } = useTranslation('roundtrip');
  if (skipped.length === 0) return null;
  return (
    <section aria-label={t('skipped')} className={styles.skipped}>
      <h2 className={styles.heading}>{t('skipped')}</h2>
      <ul>
        {skipped.map((one) => (
          <li key={one.column}>{t('skippedOne', { column: one.column, message: one.message })}</li>
        ))}
      </ul>
    </section>
  );
}

/** A choice is seen before the server has it; its answer comes after. */
function showAtOnce(id: number, { rows = [], cells = [] }: Chosen): void {
  if (rows.length + cells.length === 0) return;
  queryClient.setQueriesData<{ count: number; rows: Difference[] }>({ queryKey: differencesKey(id) }, (held) => {
    if (!held) return held;
    const shown = held.rows.map((row) => {
      const whole = rows.find((one) => one.place === row.place)?.choice;
      const own = cells.filter((one) => one.place === row.place);
      if (!whole && own.length === 0) return row;
      return {
        ...row,
        choice: whole ?? row.choice,
        cells: row.cells.map((cell) => ({
          ...cell,
          choice: own.find((one) => one.field === cell.field)?.choice ?? whole ?? cell.choice,
        })),
      };
    });
    return { ...held, rows: shown };
  });
}
