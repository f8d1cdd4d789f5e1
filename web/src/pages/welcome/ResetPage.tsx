import '@/i18n/ways';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { chooseByReset, readReset } from '@/api/ways';
import { useMessage } from '@/ui/messages';
import { LinesLoading, Statement } from '@/ui/states';
import { Frame } from './Frame';
import { NewPasswordItem } from './PasswordItem';
import styles from './welcome.module.css';

const SecondStep = lazy(() => import('./SecondStep'));

/** A new password by the link of a mail. */
export default function ResetPage() {
  const { t } = useTranslation('ways');
  const { token } = useParams({ from: '/reset/$token' });
  const navigate = useNavigate();
  const message = useMessage();
  const whose = useQuery({ queryKey: ['reset', token], queryFn: () => readReset(token), retry: false });
  const choose = useMutation({
    mutationFn: ({ password }: { password: string }) => chooseByReset(token, password),
    onSuccess: () => goOn(),
  });
  const goOn = () => {
    queryClient.clear();
    void navigate({ to: '/' });
  };
  const signIn = (why?: string) => {
    if (why) message.info(why);
    void navigate({ to: '/sign-in', search: { return: undefined } });
  };

  // The password is chosen and the link used up: whoever does not get past the code signs in as ever.
  if (isApiError(choose.error, 'second_factor_asked')) {
    return (
      <Frame>
        <Suspense>
          <SecondStep ways={choose.error.details} onDone={goOn} onBack={signIn} />
        </Suspense>
      </Frame>
    );
  }
  if (whose.isPending) {
    return (
      <Frame>
        <LinesLoading rows={4} />
      </Frame>
    );
  }
  if (!whose.data) {
    return (
      <Frame>
        {isApiError(whose.error, 'not_found') ? (
          <>
            <Statement title={t('reset.badTitle')} text={t('reset.badText')} role="alert" />
            <p className={styles.lead}>
              <Link to="/forgotten">{t('reset.another')}</Link>
            </p>
          </>
        ) : (
          <Alert type="error" showIcon title={errorText(whose.error)} role="alert" />
        )}
      </Frame>
    );
  }
  return (
    <Frame>
      <h1 className={styles.title}>{t('reset.title')}</h1>
      <p className={styles.lead}>{t('reset.text')}</p>
      <Form
        name="reset"
        layout="vertical"
        requiredMark={false}
        size="large"
        className={styles.form}
        onFinish={choose.mutate}
      >
        {choose.error ? (
          <Form.Item>
            <Alert type="error" showIcon title={errorText(choose.error)} role="alert" />
          </Form.Item>
        ) : null}
        <Form.Item label={t('email')} htmlFor="reset-email">
          <Input id="reset-email" value={whose.data.email} readOnly autoComplete="username" />
        </Form.Item>
        <NewPasswordItem label={t('reset.password')} />
        <Button type="primary" htmlType="submit" block loading={choose.isPending}>
          {t('reset.submit')}
        </Button>
      </Form>
    </Frame>
  );
}
