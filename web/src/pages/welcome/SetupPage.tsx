import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Steps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { readSetup, setUp } from '@/api/session';
import type { Language } from '@/api/types';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { FirstData } from './FirstData';
import { Frame } from './Frame';
import { NewPasswordItem } from './PasswordItem';
import { TablePreview } from './TablePreview';
import { TemplateChoice } from './TemplateChoice';
import styles from './welcome.module.css';

interface Draft {
  company: string;
  name: string;
  email: string;
  password: string;
}
type Step = 'account' | 'template' | 'data';
const STEPS: Step[] = ['account', 'template', 'data'];

/** The secret comes behind the # of the printed link (which no log sees), or as `?secret=`. */
function useSecret(): string {
  const { secret } = useSearch({ from: '/setup' });
  const [value] = useState(() => new URLSearchParams(location.hash.slice(1)).get('secret') ?? secret ?? '');
  return value;
}

export default function SetupPage() {
  const { t, i18n } = useTranslation(['welcome', 'common']);
  const navigate = useNavigate();
  const secret = useSecret();
  const [step, setStep] = useState<Step>('account');
  const [draft, setDraft] = useState<Draft | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  // Kept for the whole visit: once the table is made, the server has no set-up any more.
  const info = useQuery({ queryKey: ['setup'], queryFn: readSetup, staleTime: Number.POSITIVE_INFINITY, retry: false });
  const [form] = Form.useForm<Draft>();
  const company = Form.useWatch('company', { form, preserve: true }) ?? '';

  const create = useMutation({
    mutationFn: (what: Draft & { template: string }) =>
      setUp({
        ...what,
        secret,
        company: what.company.trim(),
        name: what.name.trim(),
        email: what.email.trim(),
        language: i18n.language as Language,
      }),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: ['me'] });
      setStep('data');
    },
    onError: (error) => {
      if (isApiError(error) && (error.field === 'password' || error.field === 'email')) setStep('account');
    },
  });

  if (info.isPending) {
    return (
      <Frame>
        <LinesLoading />
      </Frame>
    );
  }
  if (info.error) {
    return (
      <Frame>
        <Failed text={errorText(info.error)} onRetry={() => void info.refetch()} />
      </Frame>
    );
  }
  if (!info.data) {
    return (
      <Frame>
        <Statement title={t('setup.alreadyDone')} text={t('setup.alreadyDoneText')}>
          <Button type="primary" onClick={() => void navigate({ to: '/sign-in', search: { return: undefined } })}>
            {t('setup.goSignIn')}
          </Button>
        </Statement>
      </Frame>
    );
  }
  if (!secret) {
    return (
      <Frame>
        <Statement title={t('setup.noSecret')} text={t('setup.noSecretText')} role="alert" />
      </Frame>
    );
  }
  const templates = info.data.templates;
  const template = templates.find((one) => one.key === chosen) ?? templates[0];

  return (
    <Frame aside={<TablePreview title={company} template={template} />}>
      <Steps
        size="small"
        className={styles.steps}
        aria-label={t('setup.steps.label')}
        current={STEPS.indexOf(step)}
        items={STEPS.map((key) => ({ title: t(`setup.steps.${key}`) }))}
        responsive={false}
      />
      {create.error ? (
        <Alert type="error" showIcon role="alert" className={styles.alert} title={errorText(create.error)} />
      ) : null}
      {step === 'account' ? (
        <>
          <h1 className={styles.title}>{t('setup.title')}</h1>
          <p className={styles.lead}>{t('setup.lead')}</p>
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            size="large"
            className={styles.form}
            initialValues={draft ?? undefined}
            onFinish={(values) => {
              setDraft(values);
              setStep('template');
            }}
          >
            <TextItem name="company" label={t('setup.company')} placeholder={t('setup.companyHint')} autoFocus />
            <TextItem name="name" label={t('name')} autoComplete="name" />
            <Form.Item
              name="email"
              label={t('email')}
              rules={[
                { required: true, message: t('common:required', { what: t('email') }) },
                { type: 'email', message: t('badEmail'), validateTrigger: 'onBlur' },
              ]}
              validateTrigger={['onBlur', 'onSubmit']}
            >
              <Input autoComplete="username" inputMode="email" maxLength={254} />
            </Form.Item>
            <NewPasswordItem />
            <Button type="primary" htmlType="submit" block>
              {t('common:next')}
            </Button>
          </Form>
        </>
      ) : null}
      {step === 'template' && draft ? (
        <>
          <h1 className={styles.title}>{t('setup.templateTitle')}</h1>
          <p className={styles.lead}>{t('setup.templateText')}</p>
          <TemplateChoice templates={templates} value={template?.key ?? ''} onChange={setChosen} />
          <div className={styles.actions}>
            <Button size="large" onClick={() => setStep('account')}>
              {t('common:back')}
            </Button>
            <Button
              size="large"
              type="primary"
              className={styles.grow}
              loading={create.isPending}
              disabled={!template}
              onClick={() => template && create.mutate({ ...draft, template: template.key })}
            >
              {t('setup.createAndGo')}
            </Button>
          </div>
        </>
      ) : null}
      {step === 'data' && draft ? <FirstData company={draft.company} /> : null}
    </Frame>
  );
}

interface TextItemProps {
  name: string;
  label: string;
  placeholder?: string;
  autoComplete?: string;
  autoFocus?: boolean;
}
function TextItem({ name, label, ...input }: TextItemProps) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[{ required: true, whitespace: true, message: t('required', { what: label }) }]}
    >
      <Input maxLength={100} {...input} />
    </Form.Item>
  );
}
