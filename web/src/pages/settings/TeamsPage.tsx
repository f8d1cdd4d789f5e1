import '@/i18n/rights';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { changeTeam, previewTeam, removeTeam, type Team, type TeamChange, teamsQuery } from '@/api/rights';
import { useMe } from '@/api/session';
import { arriving } from '@/ui/arriving';
import ConfirmDialog from '@/ui/ConfirmDialog';
import { PlusOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import styles from './rights.module.css';
import { teamsChanged } from './rights-changed';
import { Head } from './Section';
import { TeamDrawer } from './TeamDrawer';
import { TeamTree } from './TeamTree';

const GainsDialog = lazy(() => arriving(() => import('./Gains')));

export default function TeamsPage() {
  const { rights } = useMe();
  return rights.manage_people ? <Teams /> : <Forbidden />;
}

/** A team that is being edited; a new one has no `team`, and `parent` is above it. */
type Editing = { team: Team } | { team: null; parent: number | null };

function Teams() {
  const { t } = useTranslation(['rights', 'settings']);
  const message = useMessage();
  const teams = useQuery(teamsQuery);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [moving, setMoving] = useState<{ team: Team; change: TeamChange } | null>(null);
  const [removing, setRemoving] = useState<Team | null>(null);
  const failed = (error: unknown) => void message.error(errorText(error));
  const drop = useMutation({
    mutationFn: (team: Team) => removeTeam(team.id),
    onSuccess: (_, { name }) => void message.success(t('teams.removed', { name })),
    onError: failed,
    onSettled: teamsChanged,
  });
  const move = async (team: Team, change: TeamChange) => {
    try {
      await changeTeam(team.id, change);
    } catch (error) {
      failed(error);
      throw error;
    }
    await teamsChanged();
    void message.success(t('teams.saved'));
  };
  const add = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing({ team: null, parent: null })}>
      {t('teams.add')}
    </Button>
  );
  return (
    <>
      <Head title={t('settings:teams.title')} text={t('teams.text')} action={teams.data?.length ? add : null} />
      {!teams.data ? (
        teams.error ? (
          <Failed text={errorText(teams.error)} onRetry={() => void teams.refetch()} />
        ) : (
          <LinesLoading />
        )
      ) : teams.data.length === 0 ? (
        <Statement title={t('teams.empty')} text={t('teams.emptyText')}>
          {add}
        </Statement>
      ) : (
        <>
          <TeamTree
            teams={teams.data}
            onEdit={(team) => setEditing({ team })}
            onAdd={(above) => setEditing({ team: null, parent: above.id })}
            onMove={(team, parent) => setMoving({ team, change: { parent } })}
            onRemove={setRemoving}
          />
          <p className={styles.keys}>{t('teams.keys')}</p>
        </>
      )}
      {editing ? (
        <TeamDrawer
          key={editing.team?.id ?? 'new'}
          team={editing.team}
          parent={editing.team ? editing.team.parent : editing.parent}
          teams={teams.data ?? []}
          onClose={() => setEditing(null)}
        />
      ) : null}
      {moving ? (
        <Suspense>
          <GainsDialog
            title={t('teams.moveTitle', { name: moving.team.name })}
            about={['team', moving.team.id, moving.change]}
            ask={() => previewTeam(moving.team.id, moving.change)}
            onOk={() => move(moving.team, moving.change)}
            onClose={() => setMoving(null)}
          />
        </Suspense>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t('teams.removeTitle', { name: removing.name })}
          okText={t('teams.remove')}
          onOk={() => drop.mutateAsync(removing).catch(() => {})}
          onClose={() => setRemoving(null)}
        >
          {t('teams.removeText')}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
