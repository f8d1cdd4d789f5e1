import '@/i18n/reminders';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { changeReminders, type ReminderWish, remindersQuery } from '@/api/reminders';
import { useMe } from '@/api/session';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import { Section } from './Section';
import styles from './settings.module.css';

const MOST_DAYS = 30;
/** Nobody wants to be woken by a mail who has not said when. */
const NOT_SAID = '00:00';
const MAILS_AT = '09:00';
const QUIET = ['quiet_from', 'quiet_to'] as const;

/** How one wants to be told of what comes due. */
export function Reminders() {
  const { t } = useTranslation('reminders');
  const { user } = useMe();
  const wish = useQuery(remindersQuery);
  return (
    <Section title={t('title')} text={t('text', { zone: user.time_zone })}>
      {wish.data ? (
        <Wishes wish={wish.data} mailIsOpen={wish.data.mail_is_open} />
      ) : wish.error ? (
        <Failed text={errorText(wish.error)} onRetry={() => void wish.refetch()} />
      ) : (
        <LinesLoading rows={4} />
      )}
    </Section>
  );
}

/** As the boxes hold it: an empty box is no time. */
type Filled = Omit<ReminderWish, 'quiet_from' | 'quiet_to'> & { quiet_from: string; quiet_to: string };

function Wishes({ wish, mailIsOpen }: { wish: ReminderWish; mailIsOpen: boolean }) {
  const { t } = useTranslation(['reminders', 'common']);
  const { user } = useMe();
  const message = useMessage();
  const [form] = Form.useForm<Filled>();
  const inApp = Form.useWatch('in_app', form) ?? wish.in_app;
  const byMail = Form.useWatch('mail', form) ?? wish.mail;
  const save = useMutation({
    mutationFn: (said: Filled) =>
      changeReminders({ ...said, quiet_from: said.quiet_from || null, quiet_to: said.quiet_to || null }),
    onSuccess: (saved) => {
      queryClient.setQueryData(remindersQuery.queryKey, saved);
      void message.success(t('saved'));
    },
    onError: (error) => {
      const name = isApiError(error) ? QUIET.find((one) => one === error.field) : undefined;
      if (name) form.setFields([{ name, errors: [errorText(error)] }]);
      else void message.error(errorText(error));
    },
  });
  const needed = (what: string) => [{ required: true, message: t('common:required', { what }) }];
  return (
    <Form
      form={form}
      name="reminders"
      layout="vertical"
      requiredMark={false}
      className={styles.form}
      initialValues={{ ...wish, quiet_from: wish.quiet_from ?? '', quiet_to: wish.quiet_to ?? '' }}
      onFinish={save.mutate}
      onValuesChange={(changed: Partial<Filled>) => {
        if (changed.mail && form.getFieldValue('at') === NOT_SAID) form.setFieldValue('at', MAILS_AT);
        // What the server said of the one end was of both.
        if ('quiet_from' in changed || 'quiet_to' in changed)
          form.setFields(QUIET.map((name) => ({ name, errors: [] })));
      }}
    >
      <fieldset className={styles.ways} aria-label={t('ways')}>
        <Form.Item name="in_app" valuePropName="checked" noStyle>
          <Checkbox>{t('in_app')}</Checkbox>
        </Form.Item>
        <Form.Item name="mail" valuePropName="checked" noStyle>
          <Checkbox disabled={!mailIsOpen && !byMail}>{t('mail', { email: user.email })}</Checkbox>
        </Form.Item>
        {mailIsOpen ? null : <span className={styles.muted}>{t('noMail')}</span>}
        {inApp || byMail ? null : <span className={styles.muted}>{t('none')}</span>}
      </fieldset>
      <Form.Item name="digest" label={t('digest')} hidden={!byMail}>
        <Radio.Group
          vertical
          options={[
            { value: true, label: t('together') },
            { value: false, label: t('single') },
          ]}
        />
      </Form.Item>
      <Form.Item name="at" label={t('at')} extra={t('atHint')} rules={needed(t('at'))}>
        <Input type="time" className={styles.time} />
      </Form.Item>
      <Form.Item name="lead_days" label={t('lead')} extra={t('leadHint')} rules={needed(t('lead'))}>
        <InputNumber min={0} max={MOST_DAYS} precision={0} />
      </Form.Item>
      <fieldset className={styles.quiet} aria-label={t('quiet')}>
        <div className={styles.hours}>
          <Form.Item name="quiet_from" label={t('quietFrom')}>
            <Input type="time" className={styles.time} />
          </Form.Item>
          <Form.Item name="quiet_to" label={t('quietTo')}>
            <Input type="time" className={styles.time} />
          </Form.Item>
        </div>
        <span className={styles.muted}>{t('quietHint')}</span>
      </fieldset>
      <div className={styles.ways}>
        <Form.Item name="workdays" valuePropName="checked" noStyle>
          <Checkbox>{t('workdays')}</Checkbox>
        </Form.Item>
        <span className={styles.muted}>{t('workdaysHint')}</span>
      </div>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('common:save')}
      </Button>
    </Form>
  );
}
