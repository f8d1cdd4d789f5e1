import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyLabel } from '@/commands/command';
import styles from './table.module.css';

const STORAGE_KEY = 'kebu.hints';

/** Three hints at the first visit, once. */
export function Hints() {
  const { t } = useTranslation('table');
  const [seen, setSeen] = useState(() => localStorage.getItem(STORAGE_KEY) !== null);
  if (seen) return null;
  const close = () => {
    localStorage.setItem(STORAGE_KEY, 'seen');
    setSeen(true);
  };
  return (
    <aside className={styles.hints} aria-label={t('hints.title')}>
      <ol>
        <li>{t('hints.one')}</li>
        <li>{t('hints.two')}</li>
        <li>{t('hints.three', { keys: keyLabel('mod+k'), undo: keyLabel('mod+z') })}</li>
      </ol>
      <Button size="small" onClick={close}>
        {t('hints.close')}
      </Button>
    </aside>
  );
}
