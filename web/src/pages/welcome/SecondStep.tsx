import '@/i18n/second';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { signInWithCode } from '@/api/second';
import styles from './welcome.module.css';

/** The code after the password. `onBack`: begin anew, with what the person should know about why. */
export default function SecondStep({ onDone, onBack }: { onDone: () => void; onBack: (why?: string) => void }) {
  const { t } = useTranslation(['second', 'common']);
  const verify = useMutation({
    mutationFn: signInWithCode,
    onSuccess: onDone,
    onError: (error) => {
      if (isApiError(error, 'signed_out')) onBack(t('late'));
    },
  });
  return (
    <>
      <h1 className={styles.title}>{t('signInTitle')}</h1>
      <p className={styles.lead}>{t('signInText')}</p>
      <Form
        name="second"
        layout="vertical"
        requiredMark={false}
        className={styles.form}
        size="large"
        onFinish={({ code }: { code: string }) => verify.mutate(code)}
      >
        {verify.error ? (
          <Form.Item>
            <Alert type="error" showIcon title={errorText(verify.error)} role="alert" />
          </Form.Item>
        ) : null}
        <Form.Item
          name="code"
          label={t('signInCode')}
          rules={[{ required: true, message: t('common:required', { what: t('signInCode') }) }]}
        >
          <Input autoFocus autoComplete="one-time-code" maxLength={40} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={verify.isPending}>
          {t('submit')}
        </Button>
        <Button type="text" block onClick={() => onBack()}>
          {t('back')}
        </Button>
      </Form>
    </>
  );
}
