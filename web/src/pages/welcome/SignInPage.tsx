import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { BadCredentials, changeMe, signIn, TooManyTries } from '@/api/session';
import type { Language } from '@/i18n';
import { Frame } from './Frame';
import styles from './welcome.module.css';

const SecondStep = lazy(() => import('./SecondStep'));
const OtherWays = lazy(() => import('./OtherWays'));

export default function SignInPage() {
  const { t } = useTranslation(['welcome', 'common']);
  const { return: back } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const [language, setLanguage] = useState<Language | null>(null);
  const submit = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email.trim(), password),
    onSuccess: () => goOn(),
  });
  const [why, setWhy] = useState<string | undefined>();
  const goOn = async () => {
    // Who chose a language here wants it from now on.
    if (language) await changeMe({ language });
    queryClient.clear();
    // Only a path of this program: never another site that somebody put into the address.
    router.history.push(back && /^\/(?![/\\])/.test(back) ? back : '/');
  };
  const beginAnew = (reason?: string) => {
    setWhy(reason);
    submit.reset();
  };
  const problem = (error: Error) =>
    error instanceof BadCredentials
      ? t('signIn.bad')
      : error instanceof TooManyTries
        ? t('signIn.tooMany')
        : errorText(error);

  if (isApiError(submit.error, 'second_factor_asked')) {
    return (
      <Frame onLanguage={setLanguage}>
        <Suspense>
          <SecondStep ways={submit.error.details} onDone={() => void goOn()} onBack={beginAnew} />
        </Suspense>
      </Frame>
    );
  }
  return (
    <Frame onLanguage={setLanguage}>
      <h1 className={styles.title}>{t('signIn.title')}</h1>
      <Form layout="vertical" requiredMark={false} onFinish={submit.mutate} className={styles.form} size="large">
        {submit.error ? (
          <Form.Item>
            <Alert type="error" showIcon title={problem(submit.error)} role="alert" />
          </Form.Item>
        ) : why ? (
          <Form.Item>
            <Alert type="info" showIcon title={why} role="alert" />
          </Form.Item>
        ) : null}
        <Form.Item
          name="email"
          label={t('email')}
          rules={[{ required: true, message: t('common:required', { what: t('email') }) }]}
        >
          <Input autoFocus autoComplete="username" inputMode="email" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('password')}
          rules={[{ required: true, message: t('common:required', { what: t('password') }) }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={submit.isPending}>
          {t('signIn.submit')}
        </Button>
      </Form>
      <Suspense>
        <OtherWays onDone={() => void goOn()} />
      </Suspense>
    </Frame>
  );
}
