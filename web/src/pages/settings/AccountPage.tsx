import '@/i18n/viewing';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { changeMe, type MeChange, meQuery, useMe } from '@/api/session';
import type { Language } from '@/api/types';
import { LANGUAGES, setLanguage } from '@/i18n';
import { NewPasswordItem } from '@/pages/welcome/PasswordItem';
import { useMessage } from '@/ui/messages';
import { CalendarFeed } from './CalendarFeed';
import { Reminders } from './Reminders';
import { SecondFactor } from './SecondFactor';
import { Head, Section } from './Section';
import { SignIns } from './SignIns';
import styles from './settings.module.css';
import { Tokens } from './Tokens';

const Passkeys = lazy(() => import('./Passkeys'));

export default function AccountPage() {
  const { t } = useTranslation('settings');
  if (useMe().viewer) return <OfAnother />;
  return (
    <>
      <Head title={t('account.title')} />
      <Profile />
      <Reminders />
      <CalendarFeed />
      <Password />
      <SecondFactor />
      <Suspense>
        <Passkeys />
      </Suspense>
      <SignIns />
      <Tokens />
    </>
  );
}

/** Of the account of whom one looks as, nothing is shown. */
function OfAnother() {
  const { t } = useTranslation(['viewing', 'settings']);
  return <Head title={t('settings:account.title')} text={t('personal', { name: useMe().user.name })} />;
}

function Profile() {
  const { t } = useTranslation(['settings', 'common']);
  const { user } = useMe();
  const message = useMessage();
  const save = useMutation({
    mutationFn: async (change: MeChange) => {
      const me = await changeMe(change);
      if (change.language) await setLanguage(change.language);
      return me;
    },
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      void message.success(t('account.saved'));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Section title={t('account.profile')}>
      <Form
        layout="vertical"
        requiredMark={false}
        className={styles.form}
        initialValues={user}
        onFinish={(values: { name: string; language: Language; time_zone: string }) =>
          save.mutate({ name: values.name.trim(), language: values.language, time_zone: values.time_zone })
        }
      >
        <Form.Item label={t('account.email')} htmlFor="account-email">
          <Input id="account-email" value={user.email} readOnly disabled />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('account.name')}
          rules={[{ required: true, whitespace: true, message: t('common:required', { what: t('account.name') }) }]}
        >
          <Input maxLength={100} autoComplete="name" />
        </Form.Item>
        <Form.Item name="language" label={t('account.language')}>
          <Select options={LANGUAGES.map(({ key, name }) => ({ value: key, label: name }))} />
        </Form.Item>
        <Form.Item name="time_zone" label={t('account.timeZone')}>
          <Select showSearch options={timeZones(user.time_zone)} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('common:save')}
        </Button>
      </Form>
    </Section>
  );
}

function timeZones(current: string): { value: string; label: string }[] {
  const all = Intl.supportedValuesOf('timeZone');
  return (all.includes(current) ? all : [current, ...all]).map((zone) => ({ value: zone, label: zone }));
}

function Password() {
  const { t } = useTranslation(['settings', 'common']);
  const { user } = useMe();
  const message = useMessage();
  const [form] = Form.useForm<{ current: string; password: string }>();
  const save = useMutation({
    mutationFn: ({ current, password }: { current: string; password: string }) =>
      changeMe({ password: { current, new: password } }),
    onSuccess: () => {
      form.resetFields();
      void message.success(t('account.changed'));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Section title={t('account.password')}>
      <Form form={form} layout="vertical" requiredMark={false} className={styles.form} onFinish={save.mutate}>
        <input type="text" autoComplete="username" value={user.email} readOnly hidden />
        <Form.Item
          name="current"
          label={t('account.current')}
          rules={[{ required: true, message: t('common:required', { what: t('account.current') }) }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPasswordItem label={t('account.new')} />
        <Button htmlType="submit" loading={save.isPending}>
          {t('account.change')}
        </Button>
      </Form>
    </Section>
  );
}
