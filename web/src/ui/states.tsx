import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './states.module.css';

interface StateProps {
  /** A drawing of 72 px or an icon. */
  picture?: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  /** What to do next. */
  children?: ReactNode;
  role?: 'status' | 'alert';
  /** Where it is all that the page has. */
  heading?: 'h1' | 'h2';
}

/** What a place says when it has nothing else to show: empty, failed, forbidden, not found. */
export function Statement({ picture, title, text, children, role, heading: Heading = 'h2' }: StateProps) {
  return (
    <div className={styles.statement} role={role}>
      {picture ? <div className={styles.picture}>{picture}</div> : null}
      <Heading className={styles.title}>{title}</Heading>
      {text ? <p className={styles.text}>{text}</p> : null}
      {children ? <div className={styles.actions}>{children}</div> : null}
    </div>
  );
}

export function Failed({ text, onRetry }: { text: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Statement title={t('error.title')} text={text} role="alert">
      {onRetry ? (
        <Button type="primary" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      ) : null}
    </Statement>
  );
}

export function Forbidden() {
  const { t } = useTranslation();
  return <Statement title={t('error.forbidden')} text={t('error.forbiddenText')} role="alert" />;
}

/** Grey lines where text is coming. */
export function LinesLoading({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.lines} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <i key={row} className={styles.bar} />
      ))}
    </div>
  );
}
