import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Popconfirm, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { accountsQuery, changeAccount, inviteAccount, inviteAgain } from '@/api/company';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { type RoleInfo, rolesQuery, type Team, teamsQuery } from '@/api/rights';
import { useMe } from '@/api/session';
import type { Account, Role } from '@/api/types';
import { timeAgo } from '@/i18n/time';
import { CopyLine } from '@/ui/CopyLine';
import { useMessage } from '@/ui/messages';
import { PlainTable, StateDot } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading } from '@/ui/states';
import { EndSignIns } from './EndSignIns';
import { ResetSecondFactor } from './ResetSecondFactor';
import { useRoleSummary } from './role-words';
import { Head } from './Section';
import { SignInRules } from './SignInRules';
import styles from './settings.module.css';
import { ViewAs } from './ViewAs';

/** What most colleagues are. */
const USUAL_ROLE = 'sales';

export default function PeoplePage() {
  const { rights } = useMe();
  return rights.manage_people ? <People /> : <Forbidden />;
}

type RoleOption = { value: Role; label: string; summary: string; disabled?: boolean };

interface Invited {
  name: string;
  link: string;
  mailed: boolean;
}

function People() {
  const { t } = useTranslation('settings');
  const accounts = useQuery(accountsQuery);
  const roles = useQuery(rolesQuery);
  const teams = useQuery(teamsQuery);
  const error = accounts.error ?? roles.error;
  const retry = () => {
    for (const one of [accounts, roles, teams]) if (one.isError) void one.refetch();
  };
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <>
      <Head
        title={t('people.title')}
        action={
          <Button type="primary" disabled={!roles.data} onClick={() => setInviting(true)}>
            {t('people.invite')}
          </Button>
        }
      />
      {accounts.data && roles.data ? (
        <PlainTable
          label={t('people.title')}
          head={[
            t('people.name'),
            t('people.email'),
            t('people.role'),
            t('people.teams'),
            t('people.state'),
            t('people.lastLogin'),
            '',
          ]}
        >
          {accounts.data.map((account) => (
            <PersonRow
              key={account.id}
              account={account}
              roles={roles.data}
              teams={(teams.data ?? []).filter(({ leader, members }) => [leader, ...members].includes(account.id))}
              onInvited={setInvited}
            />
          ))}
        </PlainTable>
      ) : error ? (
        <Failed text={errorText(error)} onRetry={retry} />
      ) : (
        <LinesLoading />
      )}
      <SignInRules />
      {inviting && roles.data ? (
        <InviteDialog roles={roles.data} onClose={() => setInviting(false)} onInvited={setInvited} />
      ) : null}
      <Modal
        title={t('people.link')}
        open={invited !== null}
        onCancel={() => setInvited(null)}
        footer={null}
        destroyOnHidden
      >
        <p className={styles.text}>
          {t(invited?.mailed ? 'people.linkMailed' : 'people.linkText', { name: invited?.name ?? '' })}
        </p>
        <br />
        <CopyLine text={invited?.link ?? ''} label={t('people.link')} />
      </Modal>
    </>
  );
}

interface RowProps {
  account: Account;
  roles: RoleInfo[];
  teams: Team[];
  onInvited: (invited: Invited) => void;
}

function PersonRow({ account, roles, teams, onInvited }: RowProps) {
  const { t } = useTranslation('settings');
  const summary = useRoleSummary();
  const message = useMessage();
  const me = useMe();
  const failed = (error: unknown) => void message.error(errorText(error));
  const change = useMutation({
    mutationFn: (what: { role?: Role; active?: boolean }) => changeAccount(account.id, what),
    onSettled: () => {
      void queryClient.invalidateQueries(rolesQuery);
      return queryClient.invalidateQueries(accountsQuery);
    },
    onError: failed,
  });
  const again = useMutation({
    mutationFn: () => inviteAgain(account.id),
    onSuccess: ({ invite_link, mailed }) => onInvited({ name: account.name, link: invite_link, mailed }),
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
          roleName(roles, account.role)
        ) : (
          <Select<Role, RoleOption>
            virtual={false}
            listHeight={360}
            size="small"
            variant="borderless"
            value={change.isPending ? (change.variables.role ?? account.role) : account.role}
            aria-label={t('people.roleOf', { name })}
            popupMatchSelectWidth={300}
            optionLabelProp="label"
            options={roles.map((role) => ({
              value: role.key,
              label: labelOf(role.names),
              summary: summary(role),
              disabled: role.key === 'owner' && me.user.role !== 'owner',
            }))}
            optionRender={({ label, data }) => <RoleLine name={label} summary={data.summary} />}
            onChange={(role) => change.mutate({ role })}
          />
        )}
      </td>
      <td className={styles.teams}>{teams.map((team) => team.name).join(' · ')}</td>
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
        {account.active && !fixed && !me.viewer ? <ViewAs account={account} /> : null}
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

const roleName = (roles: RoleInfo[], key: Role) => labelOf(roles.find((one) => one.key === key)?.names) || key;

function RoleLine({ name, summary }: { name: ReactNode; summary: string }) {
  return (
    <>
      {name}
      <br />
      <small className={styles.summary}>{summary}</small>
    </>
  );
}

interface InviteProps {
  roles: RoleInfo[];
  onClose: () => void;
  onInvited: (invited: Invited) => void;
}

function InviteDialog({ roles, onClose, onInvited }: InviteProps) {
  const { t } = useTranslation(['settings', 'common']);
  const message = useMessage();
  const me = useMe();
  const summary = useRoleSummary();
  const offered = roles.filter((role) => role.key !== 'owner' || me.user.role === 'owner');
  const usual = offered.find((role) => role.key === USUAL_ROLE) ?? offered.find((role) => !role.fixed);
  const [form] = Form.useForm<{ name: string; email: string; role: Role }>();
  const invite = useMutation({
    mutationFn: (who: { name: string; email: string; role: Role }) =>
      inviteAccount({ ...who, name: who.name.trim(), email: who.email.trim() }),
    onSuccess: ({ invite_link, mailed }, { name }) => {
      void queryClient.invalidateQueries(accountsQuery);
      void queryClient.invalidateQueries(rolesQuery);
      void queryClient.invalidateQueries({ queryKey: ['objects'] });
      onClose();
      onInvited({ name, link: invite_link, mailed });
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
        initialValues={{ role: usual?.key }}
        onFinish={invite.mutate}
      >
        <Form.Item name="name" label={t('people.name')} rules={[needed(t('people.name'))]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="email" label={t('people.email')} rules={[needed(t('people.email'))]}>
          <Input maxLength={254} inputMode="email" />
        </Form.Item>
        <Form.Item name="role" label={t('people.role')} rules={[needed(t('people.role'))]}>
          <Select<Role, RoleOption>
            virtual={false}
            listHeight={360}
            options={offered.map((role) => ({
              value: role.key,
              label: labelOf(role.names),
              summary: summary(role),
            }))}
            optionRender={({ label, data }) => <RoleLine name={label} summary={data.summary} />}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
