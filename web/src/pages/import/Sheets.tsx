import { Button, Checkbox, InputNumber, Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportSheet } from '@/api/import-types';
import { labelOf, useObjects } from '@/api/objects';
import styles from './import.module.css';
import type { PlanPartProps } from './PlanView';

const Source = lazy(() => import('./Source'));

/** The sheets that were found, which of them count, and where their headers are. */
export function Sheets({ plan, onChange }: PlanPartProps) {
  const { t } = useTranslation('imports');
  const several = plan.files.length > 1;
  const { objects } = useObjects();
  const [shown, setShown] = useState<{ file: number; sheet: number; name: string } | null>(null);
  return (
    <section aria-label={t('plan.sheets')}>
      <h2 className={styles.heading}>{t('plan.sheets')}</h2>
      <ul className={styles.sheets}>
        {plan.files.map((file, fileIndex) =>
          file.sheets.map((sheet) => {
            const change = (part: Partial<ImportSheet>) => {
              const { used, header_row, object } = { ...sheet, ...part };
              onChange({ sheets: [{ file: fileIndex, sheet: sheet.index, used, header_row, object }] });
            };
            return (
              <li key={`${file.name}/${sheet.index}`} className={styles.sheet}>
                <Checkbox
                  checked={sheet.used}
                  aria-label={t('plan.sheetUsed', { name: sheet.sheet })}
                  onChange={(event) => change({ used: event.target.checked })}
                >
                  {several ? `${file.name} · ${sheet.sheet}` : sheet.sheet}
                </Checkbox>
                <span className={styles.muted}>
                  {[
                    t('plan.rows', { count: sheet.rows }),
                    sheet.shape === 'rows' ? '' : t(`plan.shapes.${sheet.shape}`),
                    sheet.left_out > 0 ? t('plan.leftOut', { count: sheet.left_out }) : '',
                    sheet.hidden ? t('plan.hidden') : '',
                    file.encoding ? t('plan.encoding', { encoding: file.encoding }) : '',
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                {sheet.used ? (
                  <Select
                    size="small"
                    className={styles.sheetObject}
                    value={sheet.object}
                    aria-label={t('plan.objectOf', { name: sheet.sheet })}
                    popupMatchSelectWidth={false}
                    options={objects.map((one) => ({ value: one.key, label: labelOf(one.plural) }))}
                    onChange={(object) => change({ object })}
                  />
                ) : null}
                {sheet.used ? (
                  <span className={styles.headerRow}>
                    {t('plan.headerRow')}
                    <InputNumber
                      size="small"
                      min={1}
                      max={1000}
                      precision={0}
                      value={sheet.header_row}
                      changeOnBlur
                      aria-label={t('plan.headerRowOf', { name: sheet.sheet })}
                      onBlur={(event) => {
                        const row = Number(event.target.value) || null;
                        if (row !== sheet.header_row) change({ header_row: row });
                      }}
                      onPressEnter={(event) => event.currentTarget.blur()}
                      onStep={(row) => change({ header_row: Number(row) })}
                    />
                    {t('plan.headerRowUnit')}
                  </span>
                ) : null}
                <Button
                  type="link"
                  size="small"
                  className={styles.how}
                  aria-label={t('source.openOf', { name: sheet.sheet })}
                  onClick={() => setShown({ file: fileIndex, sheet: sheet.index, name: sheet.sheet })}
                >
                  {t('source.open')}
                </Button>
              </li>
            );
          }),
        )}
      </ul>
      {shown ? (
        <Suspense>
          <Source plan={plan} {...shown} onClose={() => setShown(null)} />
        </Suspense>
      ) : null}
    </section>
  );
}
