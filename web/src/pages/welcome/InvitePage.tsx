import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { acceptInvite, changeMe, readInvite } from '@/api/session';
import type { Language } from '@/i18n';
import { useMessage } from '@/ui/messages';
import { LinesLoading, Statement } from '@/ui/states';
import { Frame } from './Frame';
import { NewPasswordItem } from './PasswordItem';
import styles from './welcome.module.css';

const SecondStep = lazy(() => import('./SecondStep'));

export default function InvitePage() {
  const { t } = useTranslation(['welcome', 'common']);
  const { token } = useParams({ from: '/invite/$token' });
  const navigate = useNavigate();
  const message = useMessage();
  const [language, setLanguage] = useState<Language | null>(null);
  const invite = useQuery({ queryKey: ['invite', token], queryFn: () => readInvite(token), retry: false });
  const accept = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) => {
      await acceptInvite(token, name.trim(), password);
    },
    onSuccess: () => goOn(),
  });
  const goOn = async () => {
    if (language) await changeMe({ language });
    queryClient.clear();
    void navigate({ to: '/' });
  };
  const signIn = (why?: string) => {
    if (why) message.info(why);
    void navigate({ to: '/sign-in', search: { return: undefined } });
  };

  // The password is chosen and the link used up: whoever does not get past the code signs in as ever.
  if (isApiError(accept.error, 'second_factor_asked')) {
    return (
      <Frame onLanguage={setLanguage}>
        <Suspense>
          <SecondStep ways={accept.error.details} onDone={() => void goOn()} onBack={signIn} />
        </Suspense>
      </Frame>
    );
  }
  if (invite.isPending) {
    return (
      <Frame>
        <LinesLoading rows={4} />
      </Frame>
    );
  }
  if (!invite.data) {
    return (
      <Frame>
        <Statement title={t('invite.badTitle')} text={t('invite.badText')} role="alert" />
      </Frame>
    );
  }
  const { company, email, name } = invite.data;
  return (
    <Frame onLanguage={setLanguage}>
      <h1 className={styles.title}>{t('invite.title', { company })}</h1>
      <p className={styles.lead}>{t('invite.lead')}</p>
      <Form
        layout="vertical"
        requiredMark={false}
        size="large"
        initialValues={{ name }}
        onFinish={accept.mutate}
        className={styles.form}
      >
        {accept.error ? (
          <Form.Item>
            <Alert type="error" showIcon title={errorText(accept.error)} role="alert" />
          </Form.Item>
        ) : null}
        <Form.Item label={t('email')} htmlFor="invite-email">
          <Input id="invite-email" value={email} readOnly autoComplete="username" />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('name')}
          rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('name') }) }]}
        >
          <Input autoComplete="name" maxLength={100} />
        </Form.Item>
        <NewPasswordItem />
        <Button type="primary" htmlType="submit" block loading={accept.isPending}>
          {t('invite.submit')}
        </Button>
      </Form>
    </Frame>
  );
}
