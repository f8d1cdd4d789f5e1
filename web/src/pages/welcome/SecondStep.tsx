import '@/i18n/second';
import '@/i18n/ways';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { browserHasPasskeys } from '@/api/passkeys';
import { signInWithCode } from '@/api/second';
import { PasskeyButton } from './OtherWays';
import styles from './welcome.module.css';

interface Props {
  /** What the server takes after the password: `{code, passkey}`. */
  ways: unknown;
  onDone: () => void;
  /** Begin anew, with what the person should know about why. */
  onBack: (why?: string) => void;
}

/** The code after the password, or a passkey. */
export default function SecondStep({ ways, onDone, onBack }: Props) {
  const { t } = useTranslation(['second', 'common', 'ways']);
  const { code: takesCode, passkey: takesPasskey } = { code: true, passkey: false, ...(ways as object | undefined) };
  const verify = useMutation({
    mutationFn: signInWithCode,
    onSuccess: onDone,
    onError: (error) => {
      if (isApiError(error, 'signed_out')) onBack(t('late'));
    },
  });
  const back = (
    <Button type="text" block onClick={() => onBack()}>
      {t('back')}
    </Button>
  );
  const passkey =
    takesPasskey && browserHasPasskeys() ? (
      <PasskeyButton text={t('ways:passkeys.need')} afterPassword onDone={onDone} />
    ) : null;
  if (!takesCode) {
    return (
      <>
        <h1 className={styles.title}>{t('ways:passkeys.need')}</h1>
        <p className={styles.lead}>{t('ways:passkeys.needText')}</p>
        <div className={styles.ways}>
          {passkey ?? <p className={styles.lead}>{t('ways:passkeys.noBrowser')}</p>}
          {back}
        </div>
      </>
    );
  }
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
      </Form>
      <div className={styles.ways}>
        {passkey}
        {back}
      </div>
    </>
  );
}
