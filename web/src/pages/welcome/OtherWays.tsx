import '@/i18n/ways';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { waysQuery } from '@/api/ways';
import styles from './welcome.module.css';

/** What helps somebody in who has no password at hand. */
export default function OtherWays() {
  const { t } = useTranslation('ways');
  const ways = useQuery(waysQuery);
  if (!ways.data?.reset) return null;
  return (
    <p className={styles.ways}>
      <Link to="/forgotten">{t('forgotten.link')}</Link>
    </p>
  );
}
