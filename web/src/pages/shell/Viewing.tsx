import '@/i18n/viewing';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Strayed } from '@/api/client';
import { useMe } from '@/api/session';
import { EyeOutlined } from '@/ui/more-icons';
import { StopViewing } from './StopViewing';
import styles from './viewing.module.css';

/**
 * On every page of who looks as somebody else: as whom, and the way back. Also where the browser is somebody else's by
 * now than the page is (`strayed`): what was typed stays on it until it is loaded anew.
 */
export default function Viewing({ strayed }: { strayed: Strayed | null }) {
  const { t } = useTranslation('viewing');
  const { name } = useMe().user;
  const another = strayed === 'another_person';
  return (
    <section className={styles.bar} aria-label={t('label')} data-viewing>
      <EyeOutlined />
      <p role="status">{another ? t('another', { name }) : t(strayed ? 'over' : 'bar', { name })}</p>
      {another ? (
        <Button size="small" onClick={() => window.location.reload()}>
          {t('reload')}
        </Button>
      ) : (
        <StopViewing size="small" />
      )}
    </section>
  );
}
