import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Popconfirm, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { createToken, deleteToken, tokensQuery } from '@/api/session';
import type { TokenScopes } from '@/api/types';
import { dateTime, timeAgo } from '@/i18n/time';
import { CopyLine } from '@/ui/CopyLine';
import { useMessage } from '@/ui/messages';
import { PlainTable } from '@/ui/PlainTable';
import { Section } from './Section';
import styles from './settings.module.css';
import { TokenVerbs, VerbsSaid } from './TokenVerbs';

/** How long a new token is good for; 0: until it is revoked. */
const DAYS = [30, 90, 365, 0];

interface Asked {
  name: string;
  scope: 'read' | 'write' | 'chosen';
  scopes?: TokenScopes;
  days: number;
}

/** One's own API tokens: make one, see it once, revoke it. */
export function Tokens() {
  const { t } = useTranslation(['settings', 'common']);
  const message = useMessage();
  const tokens = useQuery(tokensQuery);
  const [form] = Form.useForm<Asked>();
  const chosen = Form.useWatch('scope', form) === 'chosen';
  const failed = (error: unknown) => void message.error(errorText(error));
  const create = useMutation({
    mutationFn: ({ name, scope, scopes, days }: Asked) =>
      createToken(name.trim(), scope === 'chosen' ? (scopes ?? {}) : scope, days || null),
    onSuccess: () => {
      form.resetFields();
      void queryClient.invalidateQueries(tokensQuery);
    },
    onError: failed,
  });
  const revoke = useMutation({
    mutationFn: deleteToken,
    onSuccess: () => queryClient.invalidateQueries(tokensQuery),
    onError: failed,
  });
  return (
    <Section title={t('account.tokens')} text={t('account.tokensText')}>
      {create.data ? (
        <div className={styles.new} role="status">
          <p>{t('account.newToken')}</p>
          <CopyLine text={create.data.token} label={t('account.newToken')} />
        </div>
      ) : null}
      <Form
        form={form}
        // Or its fields would have the ids of those of the profile.
        name="token"
        layout="inline"
        colon={false}
        requiredMark={false}
        onFinish={create.mutate}
        initialValues={{ scope: 'read', days: 90 }}
        className={styles.row}
      >
        <Form.Item
          name="name"
          label={t('account.tokenName')}
          rules={[
            { required: true, whitespace: true, message: t('common:required', { what: t('account.tokenName') }) },
          ]}
        >
          <Input style={{ width: 220 }} maxLength={100} placeholder={t('account.tokenNameHint')} />
        </Form.Item>
        <Form.Item name="scope" label={t('account.scope')}>
          <Select
            style={{ width: 150 }}
            options={(['read', 'write', 'chosen'] as const).map((scope) => ({
              value: scope,
              label: t(`account.scopes.${scope}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="days" label={t('account.days')}>
          <Select
            style={{ width: 120 }}
            options={DAYS.map((days) => ({
              value: days,
              label: days ? t('account.daysOf', { count: days }) : t('account.forever'),
            }))}
          />
        </Form.Item>
        {chosen ? (
          <Form.Item
            name="scopes"
            style={{ flex: '0 0 100%' }}
            rules={[
              {
                validator: (_, scopes?: TokenScopes) =>
                  Object.keys(scopes ?? {}).length > 0
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('account.noVerbs'))),
              },
            ]}
          >
            <TokenVerbs />
          </Form.Item>
        ) : null}
        <Button htmlType="submit" loading={create.isPending}>
          {t('account.create')}
        </Button>
      </Form>
      {tokens.data && tokens.data.length > 0 ? (
        <PlainTable
          label={t('account.tokens')}
          head={[
            t('account.tokenName'),
            t('account.scope'),
            t('account.created'),
            t('account.lastUsed'),
            t('account.expires'),
            '',
          ]}
        >
          {tokens.data.map((token) => (
            <tr key={token.id}>
              <td>{token.name}</td>
              <td>{token.scopes ? <VerbsSaid scopes={token.scopes} /> : t(`account.scopes.${token.scope}`)}</td>
              <td>{dateTime(token.created_at)}</td>
              <td>{token.last_used ? timeAgo(token.last_used) : t('account.never')}</td>
              <td>
                {!token.expires_at
                  ? t('account.forever')
                  : Date.parse(token.expires_at) < Date.now()
                    ? t('account.over')
                    : dateTime(token.expires_at)}
              </td>
              <td className={styles.end}>
                <Popconfirm
                  title={t('account.revokeAsk')}
                  okText={t('account.revoke')}
                  okButtonProps={{ danger: true }}
                  onConfirm={() => revoke.mutate(token.id)}
                >
                  <Button size="small" type="text" danger aria-label={t('account.revokeOf', { name: token.name })}>
                    {t('account.revoke')}
                  </Button>
                </Popconfirm>
              </td>
            </tr>
          ))}
        </PlainTable>
      ) : (
        <p className={styles.muted}>{t('account.noTokens')}</p>
      )}
    </Section>
  );
}
