import { Button } from 'antd';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { workStore } from '@/commands/work';
import type { Summary } from '@/grid/selection';
import styles from './table.module.css';

const figure = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

interface Props {
  count: number | null;
  summary: Summary | null;
  saves: { saving: number; failed: number; waiting?: number; kept?: number };
  offline: boolean;
  /** Something was saved since the page was opened. */
  touched: boolean;
  /** Others' changes would stand elsewhere, or came or went, since the rows were ordered. */
  moved?: boolean;
  onRefresh?: () => void;
}

export function StatusBar({ count, summary, saves, offline, touched, moved, onRefresh }: Props) {
  const { t } = useTranslation('table');
  useStay(saves.saving + saves.failed > (saves.kept ?? 0));
  const waiting = saves.waiting ?? 0;
  const state =
    waiting > 0
      ? ['waiting', t('status.waiting', { count: waiting })]
      : offline
        ? ['failed', t('status.offline')]
        : saves.saving > 0
          ? ['busy', t('status.saving')]
          : saves.failed > 0
            ? ['failed', t('status.failed', { count: saves.failed })]
            : touched
              ? ['done', t('status.saved')]
              : null;
  return (
    <section className={styles.status} aria-label={t('status.label')}>
      <span>{count === null ? t('status.counting') : t('status.rows', { count })}</span>
      {summary ? (
        <>
          <span>{t('status.cells', { count: summary.cells })}</span>
          <span>{t('status.filled', { count: summary.filled })}</span>
          {summary.numbers > 0 ? (
            <>
              <span>{t('status.sum', { value: figure.format(summary.sum) })}</span>
              <span>{t('status.average', { value: figure.format(summary.average ?? 0) })}</span>
              <span>{t('status.least', { value: figure.format(summary.least ?? 0) })}</span>
              <span>{t('status.greatest', { value: figure.format(summary.greatest ?? 0) })}</span>
            </>
          ) : null}
          {summary.complete ? null : <span>({t('status.partly')})</span>}
        </>
      ) : null}
      <span className={styles.space} />
      {moved ? (
        <Button type="link" size="small" className={styles.moved} onClick={onRefresh}>
          {t('status.moved')}
        </Button>
      ) : null}
      <Works />
      <span role="status" data-state={state?.[0]}>
        {state?.[1]}
      </span>
    </section>
  );
}

/** While something is not saved, the browser asks before it leaves the page. */
function useStay(unsaved: boolean): void {
  // Together with the word that all is saved, not a moment after it.
  useLayoutEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}

/** What goes on in the background, how far it is, and the way to stop it. */
function Works() {
  const { t } = useTranslation(['table', 'common']);
  const works = useSyncExternalStore(workStore.subscribe, workStore.read);
  return works.map(({ id, label, done, total, cancel }) => (
    <span key={id} className={styles.progress}>
      {label}
      <progress aria-label={label} max={total || undefined} value={total > 0 ? done : undefined} />
      {cancel ? (
        <Button type="link" size="small" onClick={cancel}>
          {t('common:cancel')}
        </Button>
      ) : null}
    </span>
  ));
}
