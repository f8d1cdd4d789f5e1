import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { accountsQuery, changeAccount, inviteAccount, inviteAgain } from '@/api/company';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import type { Account, Role } from '@/api/types';
import { timeAgo } from '@/i18n/time';
import { CopyLine } from '@/ui/CopyLine';
import { useMessage } from '@/ui/messages';
import { PlainTable, StateDot } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading } from '@/ui/states';
import { EndSignIns } from './EndSignIns';
import { ResetSecondFactor } from './ResetSecondFactor';
import { Head } from './Section';
import { SignInRules } from './SignInRules';
import styles from './settings.module.css';

const ROLES: Role[] = ['owner', 'administrator', 'sales', 'readonly'];

export default function PeoplePage() {
  const { rights } = useMe();
  return rights.manage_people ? <People /> : <Forbidden />;
}

interface Invited {
  name: string;
  link: string;
}

function People() {
  const { t } = useTranslation('settings');
  const accounts = useQuery(accountsQuery);
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <>
      <Head
        title={t('people.title')}
        action={
          <Button type="primary" onClick={() => setInviting(true)}>
            {t('people.invite')}
          </Button>
        }
      />
      {accounts.data ? (
        <PlainTable
          label={t('people.title')}
          head={[t('people.name'), t('people.email'), t('people.role'), t('people.state'), t('people.lastLogin'), '']}
        >
          {accounts.data.map((account) => (
            <PersonRow key={account.id} account={account} onInvited={setInvited} />
          ))}
        </PlainTable>
      ) : accounts.error ? (
        <Failed text={errorText(accounts.error)} onRetry={() => void accounts.refetch()} />
      ) : (
        <LinesLoading />
      )}
      <SignInRules />
      {inviting ? <InviteDialog onClose={() => setInviting(false)} onInvited={setInvited} /> : null}
      <Modal
        title={t('people.link')}
        open={invited !== null}
        onCancel={() => setInvited(null)}
        footer={null}
        destroyOnHidden
      >
        <p className={styles.text}>{t('people.linkText', { name: invited?.name ?? '' })}</p>
        <br />
        <CopyLine text={invited?.link ?? ''} label={t('people.link')} />
      </Modal>
    </>
  );
}

function PersonRow({ account, onInvited }: { account: Account; onInvited: (invited: Invited) => void }) {
  const { t } = useTranslation('settings');
  const message = useMessage();
  const me = useMe();
  const failed = (error: unknown) => void message.error(errorText(error));
  const change = useMutation({
    mutationFn: (what: { role?: Role; active?: boolean }) => changeAccount(account.id, what),
    onSettled: () => queryClient.invalidateQueries(accountsQuery),
    onError: failed,
  });
  const again = useMutation({
    mutationFn: () => inviteAgain(account.id),
    onSuccess: ({ invite_link }) => onInvited({ name: account.name, link: invite_link }),
    onError: failed,
  });
  const isMe = account.id === me.user.id;
  const fixed = isMe || (account.role === 'owner' && me.user.role !== 'owner');
  const { name } = account;
  return (
    <tr>
      <td>
        {name}
        {isMe ? <span className={styles.tag}>{t('people.you')}</span> : null}
      </td>
      <td>{account.email}</td>
      <td>
        {fixed ? (
          t(`people.roles.${account.role}`)
        ) : (
          <Select<Role>
            size="small"
            variant="borderless"
            value={change.isPending ? (change.variables.role ?? account.role) : account.role}
            aria-label={t('people.roleOf', { name })}
            popupMatchSelectWidth={300}
            optionLabelProp="label"
            options={ROLES.map((role) => ({
              value: role,
              label: t(`people.roles.${role}`),
              disabled: role === 'owner' && me.user.role !== 'owner',
            }))}
            optionRender={({ value }) => <RoleLine role={value as Role} />}
            onChange={(role) => change.mutate({ role })}
          />
        )}
      </td>
      <td>
        {!account.active ? (
          <StateDot tone="off">{t('people.disabled')}</StateDot>
        ) : account.invited ? (
          <StateDot tone="soon">{t('people.invited')}</StateDot>
        ) : (
          <StateDot tone="done">{t('people.active')}</StateDot>
        )}
      </td>
      <td className={styles.muted}>{account.last_login ? timeAgo(account.last_login) : t('people.never')}</td>
      <td className={styles.end}>
        {account.active && !isMe ? (
          <Button
            size="small"
            type="text"
            aria-label={account.invited ? t('people.againOf', { name }) : t('people.resetOf', { name })}
            onClick={() => again.mutate()}
          >
            {account.invited ? t('people.again') : t('people.reset')}
          </Button>
        ) : null}
        {account.active && !account.invited && !fixed ? <EndSignIns account={account} /> : null}
        {account.two_factor && !fixed ? <ResetSecondFactor account={account} /> : null}
        {isMe ? null : account.active ? (
          <Popconfirm
            title={t('people.disableAsk')}
            okText={t('people.disable')}
            okButtonProps={{ danger: true }}
            onConfirm={() => change.mutate({ active: false })}
          >
            <Button size="small" type="text" aria-label={t('people.disableOf', { name })}>
              {t('people.disable')}
            </Button>
          </Popconfirm>
        ) : (
          <Button
            size="small"
            type="text"
            aria-label={t('people.enableOf', { name })}
            onClick={() => change.mutate({ active: true })}
          >
            {t('people.enable')}
          </Button>
        )}
      </td>
    </tr>
  );
}

function RoleLine({ role }: { role: Role }) {
  const { t } = useTranslation('settings');
  return (
    <>
      {t(`people.roles.${role}`)}
      <br />
      <small className={styles.muted}>{t(`people.roleTexts.${role}`)}</small>
    </>
  );
}

function InviteDialog({ onClose, onInvited }: { onClose: () => void; onInvited: (invited: Invited) => void }) {
  const { t } = useTranslation(['settings', 'common']);
  const message = useMessage();
  const me = useMe();
  const [form] = Form.useForm<{ name: string; email: string; role: Role }>();
  const invite = useMutation({
    mutationFn: (who: { name: string; email: string; role: Role }) =>
      inviteAccount({ ...who, name: who.name.trim(), email: who.email.trim() }),
    onSuccess: ({ invite_link }, { name }) => {
      void queryClient.invalidateQueries(accountsQuery);
      void queryClient.invalidateQueries({ queryKey: ['objects'] });
      onClose();
      onInvited({ name, link: invite_link });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const needed = (what: string) => ({ required: true, whitespace: true, message: t('common:required', { what }) });
  return (
    <Modal
      open
      title={t('people.invite')}
      okText={t('people.createLink')}
      confirmLoading={invite.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={(open) => open && form.focusField('name')}
    >
      <p className={styles.text}>{t('people.inviteText')}</p>
      <br />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: 'sales' }}
        onFinish={invite.mutate}
      >
        <Form.Item name="name" label={t('people.name')} rules={[needed(t('people.name'))]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="email" label={t('people.email')} rules={[needed(t('people.email'))]}>
          <Input maxLength={254} inputMode="email" />
        </Form.Item>
        <Form.Item name="role" label={t('people.role')}>
          <Select<Role>
            options={ROLES.filter((role) => role !== 'owner' || me.user.role === 'owner').map((role) => ({
              value: role,
              label: t(`people.roles.${role}`),
            }))}
            optionRender={({ value }) => <RoleLine role={value as Role} />}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
