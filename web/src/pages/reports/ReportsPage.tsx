import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { overviewQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import { exportOverview } from '@/api/exports';
import { useMe } from '@/api/session';
import type { ReportPoint, ReportTile } from '@/api/types';
import { useMessage } from '@/ui/messages';
import { DownloadOutlined } from '@/ui/more-icons';
import page from '@/ui/page.module.css';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { Figures } from './Figures';
import { formatValue } from './format';
import styles from './reports.module.css';

const Chart = lazy(() => import('./Chart'));
const MONTHS = [6, 12, 24];

export default function ReportsPage() {
  const { t } = useTranslation('reports');
  const { rights } = useMe();
  const message = useMessage();
  const { months = 12 } = useSearch({ from: '/shell/reports' });
  const navigate = useNavigate();
  const overview = useQuery({ ...overviewQuery(months), placeholderData: keepPreviousData });
  const toXlsx = useMutation({
    mutationFn: () => exportOverview(months),
    onError: (error) => void message.error(errorText(error)),
  });
  const open = (tile: ReportTile, point: ReportPoint) => {
    if (!point.filter) return;
    const object = tile.object ?? 'customers';
    void navigate({ to: '/o/$object', params: { object }, search: { filter: point.filter } });
  };
  const tiles = overview.data ?? [];
  const numbers = tiles.filter((tile) => tile.kind === 'number');
  const charts = tiles.filter((tile) => tile.kind !== 'number');

  return (
    <div className={styles.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t('title')}</h1>
        <Segmented
          size="small"
          aria-label={t('months')}
          value={months}
          options={MONTHS.map((value) => ({ value, label: t('monthsValue', { count: value }) }))}
          onChange={(value) => void navigate({ to: '/reports', search: { months: value } })}
        />
        <span className={page.space} />
        {rights.export ? (
          <Button icon={<DownloadOutlined />} loading={toXlsx.isPending} onClick={() => toXlsx.mutate()}>
            {t('export')}
          </Button>
        ) : null}
      </header>
      {overview.error ? (
        <Failed text={errorText(overview.error)} onRetry={() => void overview.refetch()} />
      ) : overview.isPending ? (
        <LinesLoading />
      ) : charts.every(isEmpty) ? (
        <Statement title={t('empty')} text={t('emptyText')}>
          {rights.import ? (
            <Button type="primary" onClick={() => void navigate({ to: '/import', search: {} })}>
              {t('bringTable')}
            </Button>
          ) : null}
        </Statement>
      ) : (
        <div aria-busy={overview.isPlaceholderData}>
          {numbers.length > 0 ? (
            <div className={styles.numbers}>
              {numbers.map((tile) => (
                <NumberTile key={tile.key} tile={tile} onOpen={open} />
              ))}
            </div>
          ) : null}
          <div className={styles.tiles}>
            {charts.map((tile) => (
              <section key={tile.key} className={styles.tile} aria-label={tile.title}>
                <h2 className={styles.tileTitle}>{tile.title}</h2>
                <Suspense fallback={<div className={styles.chart} />}>
                  <Chart tile={tile} onOpen={(point) => open(tile, point)} />
                </Suspense>
                <Figures tile={tile} onOpen={(point) => open(tile, point)} />
              </section>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

const isEmpty = (tile: ReportTile) => tile.series.every((series) => series.points.every((point) => !point.value));

function NumberTile({ tile, onOpen }: { tile: ReportTile; onOpen: (tile: ReportTile, point: ReportPoint) => void }) {
  const point = tile.series[0]?.points[0];
  if (!point) return null;
  const value = formatValue(point.value, tile.unit);
  return (
    <section className={styles.number} aria-label={tile.title}>
      <h2>{tile.title}</h2>
      {point.filter ? (
        <button type="button" onClick={() => onOpen(tile, point)}>
          {value}
        </button>
      ) : (
        <b>{value}</b>
      )}
    </section>
  );
}
