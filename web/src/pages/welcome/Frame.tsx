import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '@/i18n';
import { LanguageSwitch } from '@/ui/LanguageSwitch';
import { Mark } from '@/ui/Mark';
import styles from './welcome.module.css';

interface Props {
  aside?: ReactNode;
  /** Told when somebody chooses a language here. */
  onLanguage?: (language: Language) => void;
  children: ReactNode;
}

/** The pages before the table: a calm column, and beside it on wide screens something to look at. */
export function Frame({ aside, onLanguage, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={aside ? styles.frameWide : styles.frame}>
      <div className={styles.side}>
        <header className={styles.head}>
          <span className={styles.brand}>
            <Mark size={26} />
            {t('brand')}
          </span>
          <LanguageSwitch onChange={onLanguage} />
        </header>
        <main className={styles.main}>{children}</main>
      </div>
      {aside ? <aside className={styles.aside}>{aside}</aside> : null}
    </div>
  );
}
