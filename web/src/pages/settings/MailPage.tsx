import '@/i18n/mail';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, InputNumber, Popconfirm, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import {
  type MailSecurity,
  type MailServer,
  type MailServerForm,
  mailQuery,
  type SentMail,
  sendTestMail,
  setUpMail,
  turnMailOff,
} from '@/api/mail';
import { useMe } from '@/api/session';
import { dateTime } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { PlainTable, StateDot } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading } from '@/ui/states';
import { Head, Section } from './Section';
import styles from './settings.module.css';

const PORTS: Record<MailSecurity, number> = { tls: 465, starttls: 587, none: 25 };
const TONES = { waiting: 'soon', going: 'soon', sent: 'done', refused: 'off', unclear: 'off', late: 'off' } as const;
const EMPTY: Partial<MailServerForm> = { security: 'tls', port: 465, username: '', name: '' };

/** The company's mail server: set up by owners, tried by administrators. */
export default function MailPage() {
  const { rights } = useMe();
  return rights.manage_people ? <Mail /> : <Forbidden />;
}

function Mail() {
  const { t } = useTranslation('mail');
  const { user } = useMe();
  const mail = useQuery(mailQuery);
  const server = mail.data?.server;
  return (
    <>
      <Head title={t('title')} text={t('text')} />
      {mail.error ? (
        <Failed text={errorText(mail.error)} onRetry={() => void mail.refetch()} />
      ) : !mail.data ? (
        <LinesLoading />
      ) : (
        <>
          {server ? null : <Alert type="info" showIcon title={t('notYet')} description={t('notYetText')} />}
          <Section title={t('server')}>
            {server?.fixed ? (
              <p className={styles.text}>{t('fixed', { sender: server.sender, host: server.host })}</p>
            ) : (
              <ServerForm key={user.role} server={server ?? null} mayChange={user.role === 'owner'} />
            )}
          </Section>
          {server ? <Test /> : null}
          <Section title={t('recent')}>
            <Recent mails={mail.data.recent} />
          </Section>
        </>
      )}
    </>
  );
}

function ServerForm({ server, mayChange }: { server: MailServer | null; mayChange: boolean }) {
  const { t } = useTranslation(['mail', 'common']);
  const message = useMessage();
  const [form] = Form.useForm<MailServerForm>();
  const save = useMutation({
    mutationFn: (values: MailServerForm) =>
      setUpMail({ ...values, password: values.password || (server?.has_password ? null : '') }),
    onSuccess: (now) => {
      queryClient.setQueryData(mailQuery.queryKey, now);
      form.setFieldValue('password', '');
      void message.success(t('saved'));
    },
    onError: (error) => {
      if (isApiError(error) && error.field && error.field in PLACES) {
        form.setFields([{ name: error.field as keyof MailServerForm, errors: [error.message] }]);
      } else void message.error(errorText(error));
    },
  });
  const off = useMutation({
    mutationFn: turnMailOff,
    onSuccess: () => {
      form.resetFields();
      void queryClient.invalidateQueries(mailQuery);
      void message.success(t('wentOff'));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const needed = (what: string) => [{ required: true, message: t('common:required', { what }) }];
  return (
    <Form
      form={form}
      name="mail"
      layout="vertical"
      requiredMark={false}
      className={styles.form}
      disabled={!mayChange}
      initialValues={server ?? EMPTY}
      onFinish={save.mutate}
      onValuesChange={(changed: Partial<MailServerForm>) => {
        if (changed.security) form.setFieldValue('port', PORTS[changed.security]);
      }}
    >
      {mayChange ? null : <p className={styles.text}>{t('ownersOnly')}</p>}
      <Form.Item name="host" label={t('host')} rules={needed(t('host'))}>
        <Input maxLength={253} placeholder={t('hostHint')} autoComplete="off" />
      </Form.Item>
      <Form.Item name="security" label={t('security')}>
        <Select<MailSecurity>
          options={(['tls', 'starttls', 'none'] as const).map((one) => ({ value: one, label: t(`securities.${one}`) }))}
        />
      </Form.Item>
      <Form.Item name="port" label={t('port')} rules={needed(t('port'))}>
        <InputNumber min={1} max={65535} precision={0} />
      </Form.Item>
      <Form.Item name="username" label={t('username')} extra={t('usernameHint')}>
        <Input maxLength={254} autoComplete="off" />
      </Form.Item>
      <Form.Item name="password" label={t('password')} extra={server?.has_password ? t('kept') : undefined}>
        <Input.Password maxLength={254} autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="sender" label={t('sender')} rules={needed(t('sender'))}>
        <Input maxLength={254} inputMode="email" autoComplete="off" />
      </Form.Item>
      <Form.Item name="name" label={t('name')}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      {mayChange ? (
        <div className={styles.row}>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t('save')}
          </Button>
          {server ? (
            <Popconfirm
              title={t('offAsk')}
              okText={t('off')}
              okButtonProps={{ danger: true }}
              onConfirm={() => off.mutate()}
            >
              <Button type="text" danger loading={off.isPending}>
                {t('off')}
              </Button>
            </Popconfirm>
          ) : null}
        </div>
      ) : null}
    </Form>
  );
}

const PLACES = { host: true, port: true, security: true, username: true, password: true, sender: true, name: true };

function Test() {
  const { t } = useTranslation('mail');
  const { user } = useMe();
  const test = useMutation({ mutationFn: sendTestMail });
  return (
    <Section title={t('test')} text={t('testText', { email: user.email })}>
      <div className={styles.row}>
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          {t('testButton')}
        </Button>
      </div>
      {test.error ? <Alert type="error" showIcon role="alert" title={errorText(test.error)} /> : null}
      {test.data && !test.isPending ? (
        <Alert
          type={test.data.taken ? 'success' : 'error'}
          showIcon
          role="alert"
          title={test.data.taken ? t('taken') : t('notTaken')}
          description={t('said', { answer: test.data.answer })}
        />
      ) : null}
    </Section>
  );
}

function Recent({ mails }: { mails: SentMail[] }) {
  const { t } = useTranslation('mail');
  if (mails.length === 0) return <p className={styles.text}>{t('none')}</p>;
  return (
    <PlainTable label={t('recent')} head={[t('at'), t('to'), t('kind'), t('state')]}>
      {mails.map((mail, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without a name of their own that are only shown
        <tr key={place}>
          <td>{dateTime(mail.at)}</td>
          <td>{mail.to}</td>
          <td>{t(`kinds.${mail.kind}`)}</td>
          <td>
            <StateDot tone={TONES[mail.state]}>{t(`states.${mail.state}`)}</StateDot>
            {mail.answer && mail.state !== 'sent' ? <div className={styles.muted}>{mail.answer}</div> : null}
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}
