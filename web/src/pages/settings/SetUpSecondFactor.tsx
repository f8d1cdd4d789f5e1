import '@/i18n/second';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { beginSecond, confirmSecond } from '@/api/second';
import { useMe } from '@/api/session';
import { PasswordAsk } from './PasswordAsk';
import { RecoveryCodes } from './RecoveryCodes';
import styles from './second.module.css';

/** Setting a second factor up: the password, the picture and a first code, the recovery codes. */
export default function SetUpSecondFactor({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('second');
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useMutation({ mutationFn: beginSecond });
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (begin.data) return <FirstCode {...begin.data} onCodes={setCodes} />;
  return (
    <PasswordAsk
      text={t('passwordText')}
      submit={t('next')}
      busy={begin.isPending}
      error={begin.error}
      onPassword={begin.mutate}
    />
  );
}

function FirstCode({ secret, uri, onCodes }: { secret: string; uri: string; onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation(['second', 'common']);
  const { user } = useMe();
  const confirm = useMutation({ mutationFn: confirmSecond, onSuccess: onCodes });
  return (
    <Form
      name="second"
      layout="vertical"
      requiredMark={false}
      onFinish={({ code }: { code: string }) => confirm.mutate(code)}
    >
      <p>
        <b>{t('scan')}</b>
      </p>
      <p className={styles.text}>{t('scanText')}</p>
      <div className={styles.picture} role="img" aria-label={t('picture')}>
        <QRCode type="svg" value={uri} size={184} color="#000" bgColor="#fff" bordered={false} />
      </div>
      <p className={styles.text}>{t('secret')}</p>
      <output className={styles.secret} aria-label={t('secret')}>
        {secret.replace(/(.{4})(?=.)/g, '$1 ')}
      </output>
      {/* Password managers keep the secret with the account by it. */}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      {confirm.error ? <Alert type="error" showIcon role="alert" title={errorText(confirm.error)} /> : null}
      <Form.Item
        name="code"
        label={t('code')}
        rules={[{ required: true, message: t('common:required', { what: t('code') }) }]}
      >
        <Input
          autoFocus
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={9}
          placeholder={t('codeHint')}
          className={styles.code}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={confirm.isPending}>
        {t('confirm')}
      </Button>
    </Form>
  );
}
