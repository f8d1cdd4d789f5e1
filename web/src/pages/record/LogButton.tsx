import '@/i18n/log';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { keyLabel, useCommands } from '@/commands/command';
import { FormOutlined } from '@/ui/icons';
import styles from './record.module.css';

const KEYS = 'mod+shift+l';

/** Opens the form in which one notes down what was done; by its keys from anywhere while a record is open. */
export function LogButton({ open, onOpen }: { open: boolean; onOpen: () => void }) {
  const { t } = useTranslation('log');
  const label = t('open');
  useCommands([
    { id: 'log', label, icon: <FormOutlined />, keys: [KEYS], everywhere: true, enabled: !open, perform: onOpen },
  ]);
  return (
    <Button
      type="text"
      size="small"
      className={styles.log}
      icon={<FormOutlined />}
      title={`${label} ${keyLabel(KEYS)}`}
      aria-label={label}
      aria-expanded={open}
      onClick={onOpen}
    >
      <span>{label}</span>
    </Button>
  );
}
