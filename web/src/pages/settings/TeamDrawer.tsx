import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input, Popconfirm, Select, Space } from 'antd';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { useObjects } from '@/api/objects';
import { addTeam, changeTeam, previewTeam, type Team, type TeamChange } from '@/api/rights';
import { useMe } from '@/api/session';
import { arriving } from '@/ui/arriving';
import { useMessage } from '@/ui/messages';
import { useKept } from '@/ui/useKept';
import styles from './rights.module.css';
import { teamsChanged } from './rights-changed';
import { grown, withAllBelow } from './team-tree';

const GainsDialog = lazy(() => arriving(() => import('./Gains')));
/** In place of a team above it. */
const TOP = 0;

type Draft = Omit<Team, 'id'>;
/** A draft, and the team as it was when that was begun. */
interface Kept {
  draft: Draft;
  base: string;
}

interface Props {
  /** Null: a new one. */
  team: Team | null;
  /** What a new one is put below. */
  parent: number | null;
  teams: Team[];
  onClose: () => void;
}

/** Name, place and people of a team. What is not saved is kept in the browser. */
export function TeamDrawer({ team, parent, teams, onClose }: Props) {
  const { t } = useTranslation(['rights', 'common']);
  const { users } = useObjects();
  const me = useMe();
  const message = useMessage();
  const id = useId();
  const [kept, keep] = useKept<Kept>(`kebu.team.${me.user.id}.${team?.id ?? 'new'}`);
  const [asking, setAsking] = useState<TeamChange | null>(null);
  const before: Draft = team ?? { name: '', parent, leader: null, members: [] };
  const draft = kept?.draft ?? before;
  const stale = team !== null && kept !== null && kept.base !== JSON.stringify(team);
  const change = (next: Partial<Draft>) => {
    const made = { ...draft, ...next };
    const base = kept?.base ?? JSON.stringify(team);
    keep(Object.keys(changesOf(before, made)).length > 0 ? { draft: made, base } : null);
  };
  const done = async () => {
    await teamsChanged();
    keep(null);
    void message.success(team ? t('teams.saved') : t('teams.added'));
    onClose();
  };
  const save = useMutation({
    mutationFn: (changes: TeamChange): Promise<unknown> =>
      team ? changeTeam(team.id, changes) : addTeam({ ...draft, name: draft.name.trim() }),
    onSuccess: done,
    onError: (error) => void message.error(errorText(error)),
  });
  const submit = () => {
    const changes = changesOf(before, { ...draft, name: draft.name.trim() });
    if (!draft.name.trim() || save.isPending) return;
    if (team && Object.keys(changes).length === 0) return onClose();
    // Another name changes nobody's rights.
    if (team && Object.keys(changes).some((key) => key !== 'name')) setAsking(changes);
    else save.mutate(changes);
  };
  const blocked = team ? withAllBelow(teams, team.id) : new Set<number>();
  const places = grown(teams).map((branch) => ({
    value: branch.team.id,
    label: `${'　'.repeat(branch.level - 1)}${branch.team.name}`,
    title: branch.team.name,
    disabled: blocked.has(branch.team.id),
  }));
  const people = users
    .filter((user) => user.active || draft.members.includes(user.id) || user.id === draft.leader)
    .map((user) => ({ value: user.id, label: user.name }));
  const known = new Set(teams.map((one) => one.id));
  return (
    <Drawer
      open
      size={440}
      title={team ? t('teams.editOf', { name: team.name }) : t('teams.add')}
      onClose={onClose}
      footer={
        <Space wrap>
          <Button type="primary" loading={save.isPending} disabled={!draft.name.trim()} onClick={submit}>
            {t('common:save')}
          </Button>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          {kept ? (
            <Popconfirm
              title={t('roles.discardAsk')}
              okText={t('roles.discard')}
              okButtonProps={{ danger: true }}
              onConfirm={() => keep(null)}
            >
              <Button type="text">{t('roles.discard')}</Button>
            </Popconfirm>
          ) : null}
        </Space>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {stale ? (
          <Alert type="warning" showIcon role="alert" title={t('teams.stale')} />
        ) : kept ? (
          <Alert type="info" showIcon title={t('roles.dirty')} />
        ) : null}
        <div>
          <label htmlFor={`${id}-name`}>{t('teams.name')}</label>
          <Input
            id={`${id}-name`}
            autoFocus
            maxLength={100}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </div>
        <div>
          <label htmlFor={`${id}-parent`}>{t('teams.parent')}</label>
          <Select
            id={`${id}-parent`}
            showSearch
            optionFilterProp="label"
            value={draft.parent !== null && known.has(draft.parent) ? draft.parent : TOP}
            options={[{ value: TOP, label: t('teams.top'), title: t('teams.top') }, ...places]}
            onChange={(chosen) => change({ parent: chosen === TOP ? null : chosen })}
          />
          {team ? <small>{t('teams.parentText')}</small> : null}
        </div>
        <div>
          <label htmlFor={`${id}-leader`}>{t('teams.leader')}</label>
          <Select
            id={`${id}-leader`}
            allowClear
            showSearch
            optionFilterProp="label"
            placeholder={t('teams.noLeader')}
            value={draft.leader ?? undefined}
            options={people}
            onChange={(leader?: number) => change({ leader: leader ?? null })}
          />
        </div>
        <div>
          <label htmlFor={`${id}-members`}>{t('teams.members')}</label>
          <Select
            id={`${id}-members`}
            mode="multiple"
            optionFilterProp="label"
            placeholder={t('teams.membersHint')}
            value={draft.members}
            options={people}
            onChange={(members) => change({ members })}
          />
        </div>
      </form>
      {asking && team ? (
        <Suspense>
          <GainsDialog
            title={t('teams.saveTitle', { name: draft.name.trim() })}
            about={['team', team.id, asking]}
            ask={() => previewTeam(team.id, asking)}
            onOk={() => save.mutateAsync(asking)}
            onClose={() => setAsking(null)}
          />
        </Suspense>
      ) : null}
    </Drawer>
  );
}

/** What is different in `after`. */
function changesOf(before: Draft, after: Draft): TeamChange {
  const changes: TeamChange = {};
  if (after.name !== before.name) changes.name = after.name;
  if (after.parent !== before.parent) changes.parent = after.parent;
  if (after.leader !== before.leader) changes.leader = after.leader;
  const [old, now] = [new Set(before.members), new Set(after.members)];
  if (old.size !== now.size || after.members.some((one) => !old.has(one))) changes.members = after.members;
  return changes;
}
