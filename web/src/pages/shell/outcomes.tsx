import { type ErrorComponentProps, useNavigate, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError, isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { Mark } from '@/ui/Mark';
import { Failed, Forbidden, Statement } from '@/ui/states';
import styles from './outcomes.module.css';

export function PageLoading() {
  const { t } = useTranslation();
  return (
    <div className={styles.loading} role="status" aria-label={t('loading')}>
      <i className={styles.turning} />
    </div>
  );
}

/** What a page shows when something inside it broke. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = () => {
    // A part of the program that did not come is not asked for twice, and after an update has another name.
    if (!(error instanceof ApiError)) window.location.reload();
    reset();
    void router.invalidate();
  };
  if (isApiError(error, 'forbidden')) return <Forbidden />;
  return <Failed text={error instanceof ApiError ? errorText(error) : t('error.page')} onRetry={retry} />;
}

export function PageMissing() {
  return (
    <main className={styles.page}>
      <NothingHere />
    </main>
  );
}

/** No such page, and the way back. */
export function NothingHere() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Statement heading="h1" picture={<Mark size={48} />} title={t('missing.title')} text={t('missing.text')}>
      <Button type="primary" onClick={() => void navigate({ to: '/' })}>
        {t('missing.home')}
      </Button>
    </Statement>
  );
}
