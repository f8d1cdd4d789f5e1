import { useTranslation } from 'react-i18next';
import type { ReportPoint, ReportTile } from '@/api/types';
import { formatValue } from './format';
import styles from './reports.module.css';

/** The figures of a chart as a table: for who does not see it, and for who wants them exactly. */
export function Figures({ tile, onOpen }: { tile: ReportTile; onOpen: (point: ReportPoint) => void }) {
  const { t } = useTranslation('reports');
  const points = tile.series[0]?.points ?? [];
  return (
    <details className={styles.figures}>
      <summary>{t('asTable')}</summary>
      <table aria-label={t('tableOf', { title: tile.title })}>
        <thead>
          <tr>
            <th scope="col">{t('item')}</th>
            {tile.series.map((series) => (
              <th key={series.name} scope="col">
                {series.name || t('value')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point, row) => (
            <tr key={point.key ?? ''}>
              <th scope="row">{point.label}</th>
              {tile.series.map((series) => {
                const own = series.points[row];
                const value = own ? formatValue(own.value, tile.unit) : '';
                return (
                  <td key={series.name}>
                    {own?.filter ? (
                      <button
                        type="button"
                        aria-label={t('openRows', { label: own.label })}
                        onClick={() => onOpen(own)}
                      >
                        {value}
                      </button>
                    ) : (
                      value
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
