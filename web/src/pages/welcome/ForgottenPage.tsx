import '@/i18n/ways';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { askForReset } from '@/api/ways';
import { Frame } from './Frame';
import styles from './welcome.module.css';

/** Who forgot the password has a link mailed. What follows is the same, whoever is here and whoever not. */
export default function ForgottenPage() {
  const { t } = useTranslation(['ways', 'common']);
  const ask = useMutation({ mutationFn: askForReset });
  const back = (
    <Link to="/sign-in" search={{ return: undefined }}>
      {t('backToSignIn')}
    </Link>
  );
  if (ask.isSuccess) {
    return (
      <Frame>
        <h1 className={styles.title}>{t('forgotten.sentTitle')}</h1>
        <p className={styles.lead} role="status">
          {t('forgotten.sentText', { email: ask.variables })}
        </p>
        <p className={styles.lead}>{back}</p>
      </Frame>
    );
  }
  return (
    <Frame>
      <h1 className={styles.title}>{t('forgotten.title')}</h1>
      <p className={styles.lead}>{t('forgotten.text')}</p>
      <Form
        name="forgotten"
        layout="vertical"
        requiredMark={false}
        className={styles.form}
        size="large"
        onFinish={(values: { email: string }) => ask.mutate(values.email.trim())}
      >
        {ask.error ? (
          <Form.Item>
            <Alert type="error" showIcon title={errorText(ask.error)} role="alert" />
          </Form.Item>
        ) : null}
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('email') }) }]}
        >
          <Input autoFocus autoComplete="username" inputMode="email" maxLength={254} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={ask.isPending}>
          {t('forgotten.submit')}
        </Button>
      </Form>
      <p className={styles.lead}>{back}</p>
    </Frame>
  );
}
