import '@/i18n/ways';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import {
  browserHasPasskeys,
  makePasskey,
  type Passkey,
  passkeysQuery,
  removePasskey,
  renamePasskey,
} from '@/api/passkeys';
import { timeAgo } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { PlainTable } from '@/ui/PlainTable';
import { Failed, LinesLoading } from '@/ui/states';
import { deviceName } from './device';
import { PasswordAsk } from './PasswordAsk';
import { Section } from './Section';
import styles from './settings.module.css';

/** One's own passkeys: make, name, remove. */
export default function Passkeys() {
  const { t } = useTranslation('ways');
  const found = useQuery(passkeysQuery);
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const [renaming, setRenaming] = useState<Passkey | null>(null);
  const close = () => {
    setMaking(false);
    setRemoving(null);
    setRenaming(null);
    void queryClient.invalidateQueries(passkeysQuery);
  };
  const possible = found.data?.available && browserHasPasskeys();
  return (
    <Section title={t('passkeys.title')} text={t('passkeys.text')}>
      {found.error ? (
        <Failed text={errorText(found.error)} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <LinesLoading rows={1} />
      ) : (
        <>
          {found.data.rows.length > 0 ? (
            <PlainTable
              label={t('passkeys.title')}
              head={[t('passkeys.name'), t('passkeys.made'), t('passkeys.used'), '']}
            >
              {found.data.rows.map((one) => (
                <tr key={one.id}>
                  <td>{one.name}</td>
                  <td className={styles.muted}>{timeAgo(one.created_at)}</td>
                  <td className={styles.muted}>{one.last_used ? timeAgo(one.last_used) : t('passkeys.never')}</td>
                  <td className={styles.end}>
                    <Button
                      size="small"
                      type="text"
                      aria-label={t('passkeys.renameOf', { name: one.name })}
                      onClick={() => setRenaming(one)}
                    >
                      {t('passkeys.rename')}
                    </Button>
                    <Button
                      size="small"
                      type="text"
                      aria-label={t('passkeys.removeOf', { name: one.name })}
                      onClick={() => setRemoving(one)}
                    >
                      {t('passkeys.remove')}
                    </Button>
                  </td>
                </tr>
              ))}
            </PlainTable>
          ) : null}
          <div className={found.data.rows.length > 0 ? styles.after : undefined}>
            {possible ? (
              <Button onClick={() => setMaking(true)}>{t('passkeys.make')}</Button>
            ) : (
              <p className={styles.text}>{t(found.data.available ? 'passkeys.noBrowser' : 'passkeys.noAddress')}</p>
            )}
          </div>
        </>
      )}
      <Modal title={t('passkeys.make')} open={making} width={440} footer={null} destroyOnHidden onCancel={close}>
        <MakePasskey onDone={close} />
      </Modal>
      <Modal
        title={t('passkeys.removeOf', { name: removing?.name ?? '' })}
        open={removing !== null}
        width={440}
        footer={null}
        destroyOnHidden
        onCancel={close}
      >
        {removing ? <Remove passkey={removing} onDone={close} /> : null}
      </Modal>
      <Modal
        title={t('passkeys.renameOf', { name: renaming?.name ?? '' })}
        open={renaming !== null}
        width={440}
        footer={null}
        destroyOnHidden
        onCancel={close}
      >
        {renaming ? <Rename passkey={renaming} onDone={close} /> : null}
      </Modal>
    </Section>
  );
}

/** The password, then the browser's own dialog. The device's name is what the browser says of itself. */
export function MakePasskey({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('ways');
  const message = useMessage();
  const make = useMutation({
    mutationFn: (password: string) => makePasskey(deviceName(navigator.userAgent) || t('passkeys.title'), password),
    onSuccess: ({ name }) => {
      void message.success(t('passkeys.added', { name }));
      onDone();
    },
  });
  return (
    <PasswordAsk
      text={t('passkeys.makeText')}
      submit={t('passkeys.next')}
      busy={make.isPending}
      error={make.error}
      onPassword={make.mutate}
    />
  );
}

function Remove({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const { t } = useTranslation('ways');
  const remove = useMutation({
    mutationFn: (password: string) => removePasskey(passkey.id, password),
    onSuccess: onDone,
  });
  return (
    <PasswordAsk
      text={t('passkeys.removeText')}
      submit={t('passkeys.remove')}
      danger
      busy={remove.isPending}
      error={remove.error}
      onPassword={remove.mutate}
    />
  );
}

function Rename({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const { t } = useTranslation(['ways', 'common']);
  const message = useMessage();
  const rename = useMutation({
    mutationFn: ({ name }: { name: string }) => renamePasskey(passkey.id, name.trim()),
    onSuccess: onDone,
    onError: (error) => void message.error(errorText(error)),
  });
  const what = t('passkeys.name');
  return (
    <Form name="passkey" layout="vertical" requiredMark={false} initialValues={passkey} onFinish={rename.mutate}>
      <Form.Item
        name="name"
        label={what}
        rules={[{ required: true, whitespace: true, message: t('common:required', { what }) }]}
      >
        <Input autoFocus maxLength={100} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={rename.isPending}>
        {t('common:save')}
      </Button>
    </Form>
  );
}
