import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './second.module.css';

/** The recovery codes, this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation('second');
  const [copied, setCopied] = useState(false);
  const all = codes.join('\n');
  const copy = async () => {
    await navigator.clipboard.writeText(all);
    setCopied(true);
  };
  return (
    <div>
      <p>
        <b>{t('codesTitle')}</b>
      </p>
      <p className={styles.text}>{t('codesText')}</p>
      <ul className={styles.codes} aria-label={t('codes')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.acts}>
        {/* On plain http there is no clipboard for pages. */}
        {navigator.clipboard ? <Button onClick={() => void copy()}>{copied ? t('copied') : t('copy')}</Button> : null}
        <Button href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${all}\n`)}`} download={t('file')}>
          {t('download')}
        </Button>
        <Button type="primary" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </div>
  );
}
