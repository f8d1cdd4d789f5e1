import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { addSampleData } from '@/api/imports';
import { TableOutlined } from '@/ui/icons';
import { FileExcelOutlined, UnorderedListOutlined } from '@/ui/more-icons';
import styles from './welcome.module.css';

/** The last step: what goes into the new table first. */
export function FirstData({ company }: { company: string }) {
  const { t } = useTranslation('welcome');
  const navigate = useNavigate();
  const openTable = () => void navigate({ to: '/o/$object', params: { object: 'customers' }, search: {} });
  const sample = useMutation({ mutationFn: addSampleData, onSuccess: openTable });
  return (
    <>
      <h1 className={styles.title}>{t('setup.dataTitle', { company })}</h1>
      <p className={styles.lead}>{t('setup.dataText')}</p>
      {sample.error ? (
        <Alert type="error" showIcon role="alert" className={styles.alert} title={errorText(sample.error)} />
      ) : null}
      <div className={styles.choices}>
        <Choice
          icon={<FileExcelOutlined />}
          title={t('setup.bring')}
          text={t('setup.bringText')}
          onClick={() => void navigate({ to: '/import', search: {} })}
        />
        <Choice
          icon={<UnorderedListOutlined />}
          title={t('setup.sample')}
          text={t('setup.sampleText')}
          busy={sample.isPending}
          onClick={() => sample.mutate()}
        />
        <Choice icon={<TableOutlined />} title={t('setup.empty')} text={t('setup.emptyText')} onClick={openTable} />
      </div>
    </>
  );
}

interface ChoiceProps {
  icon: ReactNode;
  title: string;
  text: string;
  busy?: boolean;
  onClick: () => void;
}
function Choice({ icon, title, text, busy = false, onClick }: ChoiceProps) {
  return (
    <button type="button" className={styles.choice} onClick={onClick} disabled={busy} aria-busy={busy}>
      <span className={styles.choiceIcon}>{icon}</span>
      <span>
        <b>{title}</b>
        <span className={styles.muted}>{text}</span>
      </span>
    </button>
  );
}
