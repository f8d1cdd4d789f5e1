import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { acceptInvite, changeMe, readInvite } from '@/api/session';
import type { Language } from '@/i18n';
import { LinesLoading, Statement } from '@/ui/states';
import { Frame } from './Frame';
import { NewPasswordItem } from './PasswordItem';
import styles from './welcome.module.css';

export default function InvitePage() {
  const { t } = useTranslation(['welcome', 'common']);
  const { token } = useParams({ from: '/invite/$token' });
  const navigate = useNavigate();
  const [language, setLanguage] = useState<Language | null>(null);
  const invite = useQuery({ queryKey: ['invite', token], queryFn: () => readInvite(token), retry: false });
  const accept = useMutation({
    mutationFn: async ({ name, password }: { name: string; password: string }) => {
      await acceptInvite(token, name.trim(), password);
      if (language) await changeMe({ language });
    },
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: '/' });
    },
  });

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
