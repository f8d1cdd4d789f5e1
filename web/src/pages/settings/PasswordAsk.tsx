import '@/i18n/second';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import styles from './second.module.css';

interface Props {
  text: string;
  submit: string;
  danger?: boolean;
  busy: boolean;
  error: Error | null;
  onPassword: (password: string) => void;
}

/** Asks for the current password before the way of signing in is changed. */
export function PasswordAsk({ text, submit, danger, busy, error, onPassword }: Props) {
  const { t } = useTranslation(['second', 'common']);
  const { user } = useMe();
  return (
    <Form
      name="ask"
      layout="vertical"
      requiredMark={false}
      onFinish={({ password }: { password: string }) => onPassword(password)}
    >
      <p className={styles.text}>{text}</p>
      {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <Form.Item
        name="password"
        label={t('password')}
        rules={[{ required: true, message: t('common:required', { what: t('password') }) }]}
      >
        <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" danger={danger} htmlType="submit" loading={busy}>
        {submit}
      </Button>
    </Form>
  );
}
