import '@/i18n/rights';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Modal, Segmented, Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useObjects } from '@/api/objects';
import { addShare, endShare, type Share, sharesQuery, teamsQuery } from '@/api/rights';
import { useMe } from '@/api/session';
import type { ObjectInfo, RecordId } from '@/api/types';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import { useKept } from '@/ui/useKept';
import styles from './share.module.css';

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
  mayWrite: boolean;
  onClose: () => void;
}

/** A person or a team, `user 7` or `team 3`. */
interface Draft {
  whom: string | null;
  write: boolean;
  until: string;
}
const EMPTY: Draft = { whom: null, write: false, until: '' };
const nameOf = (share: Share) => (share.user ?? share.team)?.name ?? '';

/** With whom a record is shared: told, added, ended. */
export default function ShareDialog({ object, id, name, mayWrite, onClose }: Props) {
  const { t } = useTranslation('rights');
  const shares = useQuery(sharesQuery(object.key, id));
  return (
    <Modal open width={520} title={t('share.title', { name })} footer={null} onCancel={onClose}>
      <p className={styles.text}>{t('share.text')}</p>
      <Add object={object} id={id} mayWrite={mayWrite} />
      <section aria-label={t('share.list')}>
        <h3 className={styles.title}>{t('share.list')}</h3>
        {shares.data ? (
          shares.data.length > 0 ? (
            <ul className={styles.list}>
              {shares.data.map((share) => (
                <ShareLine key={share.id} share={share} object={object} id={id} />
              ))}
            </ul>
          ) : (
            <p className={styles.quiet}>{t('share.empty')}</p>
          )
        ) : shares.error ? (
          <Failed text={errorText(shares.error)} onRetry={() => void shares.refetch()} />
        ) : (
          <LinesLoading rows={2} />
        )}
      </section>
    </Modal>
  );
}

function Add({ object, id, mayWrite }: Pick<Props, 'object' | 'id' | 'mayWrite'>) {
  const { t } = useTranslation('rights');
  const { users } = useObjects();
  const { user: me } = useMe();
  const teams = useQuery(teamsQuery);
  const message = useMessage();
  const field = useId();
  const [kept, keep] = useKept<Draft>(`kebu.share.${me.id}.${object.key}.${id}`);
  const [missing, setMissing] = useState(false);
  const draft = kept ?? EMPTY;
  const change = (next: Partial<Draft>) => keep({ ...draft, ...next });
  const add = useMutation({
    mutationFn: ({ whom, write, until }: Draft) => {
      const [kind, pk] = (whom ?? '').split(' ');
      const how = { write: write && mayWrite, until: until || null };
      return addShare(object.key, id, kind === 'team' ? { team: Number(pk), ...how } : { user: Number(pk), ...how });
    },
    onSuccess: (share) => {
      keep(null);
      void message.success(t('share.added', { name: nameOf(share) }));
    },
    onSettled: () => queryClient.invalidateQueries(sharesQuery(object.key, id)),
  });
  const people = users.filter((user) => user.active && user.id !== me.id);
  const groups = [
    {
      label: t('share.people'),
      title: t('share.people'),
      options: people.map((user) => ({ value: `user ${user.id}`, label: user.name })),
    },
    {
      label: t('share.teams'),
      title: t('share.teams'),
      options: (teams.data ?? []).map((team) => ({ value: `team ${team.id}`, label: team.name })),
    },
  ];
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(draft.whom === null);
        if (draft.whom !== null && !add.isPending) add.mutate(draft);
      }}
    >
      {add.error ? <Alert type="error" showIcon role="alert" title={errorText(add.error)} /> : null}
      <div className={styles.whom}>
        <label htmlFor={`${field}-whom`}>{t('share.whom')}</label>
        <Select
          id={`${field}-whom`}
          autoFocus
          showSearch
          optionFilterProp="label"
          placeholder={t('share.whomHint')}
          status={missing ? 'error' : ''}
          aria-invalid={missing}
          aria-describedby={missing ? `${field}-missing` : undefined}
          value={draft.whom}
          options={groups.filter((group) => group.options.length > 0)}
          onChange={(whom: string) => {
            setMissing(false);
            change({ whom });
          }}
        />
        {missing ? (
          <small id={`${field}-missing`} role="alert" className={styles.wrong}>
            {t('share.whomNeeded')}
          </small>
        ) : null}
      </div>
      <div>
        <span id={`${field}-how`}>{t('share.how')}</span>
        <Segmented
          aria-labelledby={`${field}-how`}
          value={draft.write && mayWrite ? 'write' : 'read'}
          options={[
            { value: 'read', label: t('share.read') },
            { value: 'write', label: t('share.write'), disabled: !mayWrite },
          ]}
          onChange={(how) => change({ write: how === 'write' })}
        />
      </div>
      <div>
        <label htmlFor={`${field}-until`}>{t('share.until')}</label>
        <Input
          id={`${field}-until`}
          type="date"
          aria-describedby={`${field}-text`}
          value={draft.until}
          onChange={(event) => change({ until: event.target.value })}
        />
      </div>
      <small id={`${field}-text`} className={styles.hint}>
        {t('share.untilText')}
      </small>
      <Button type="primary" htmlType="submit" loading={add.isPending}>
        {t('share.add')}
      </Button>
    </form>
  );
}

function ShareLine({ share, object, id }: { share: Share; object: ObjectInfo; id: RecordId }) {
  const { t } = useTranslation('rights');
  const message = useMessage();
  const name = nameOf(share);
  const end = useMutation({
    mutationFn: () => endShare(share.id),
    onSuccess: () => void message.success(t('share.ended', { name })),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries(sharesQuery(object.key, id)),
  });
  const how = [
    t(share.write ? 'share.write' : 'share.read'),
    share.until ? t('share.to', { day: share.until }) : t('share.forever'),
    share.by ? t('share.by', { name: share.by.name }) : '',
  ];
  return (
    <li>
      <div>
        <b>{name}</b>
        {share.team ? <span className={styles.tag}>{t('share.team')}</span> : null}
        <small>{how.filter(Boolean).join(' · ')}</small>
      </div>
      <Button
        size="small"
        type="text"
        loading={end.isPending}
        aria-label={t('share.endOf', { name })}
        onClick={() => end.mutate()}
      >
        {t('share.end')}
      </Button>
    </li>
  );
}
