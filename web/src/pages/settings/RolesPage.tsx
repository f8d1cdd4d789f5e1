import '@/i18n/rights';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { type RoleInfo, rolesQuery } from '@/api/rights';
import { useMe } from '@/api/session';
import { PlainTable } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import { readKept } from '@/ui/useKept';
import { CopyRole, RemoveRole } from './RoleDialogs';
import { draftPlace, RoleEditor } from './RoleEditor';
import styles from './rights.module.css';
import { useRoleSummary } from './role-words';
import { Head } from './Section';

export default function RolesPage() {
  const { rights } = useMe();
  return rights.manage_people ? <Roles /> : <Forbidden />;
}

function Roles() {
  const { t } = useTranslation(['rights', 'settings']);
  const { role: asked } = useSearch({ from: '/shell/settings/roles' });
  const navigate = useNavigate({ from: '/settings/roles' });
  const roles = useQuery(rolesQuery);
  const open = (role: string | undefined) => void navigate({ search: { role } });
  if (!roles.data) {
    return (
      <>
        <Head title={t('settings:roles.title')} />
        {roles.error ? <Failed text={errorText(roles.error)} onRetry={() => void roles.refetch()} /> : <LinesLoading />}
      </>
    );
  }
  if (asked === undefined) return <RoleList roles={roles.data} onOpen={open} />;
  const role = roles.data.find((one) => one.key === asked);
  if (role) return <RoleEditor key={role.key} role={role} onBack={() => open(undefined)} />;
  if (roles.isFetching) return <LinesLoading />;
  return (
    <Statement title={t('roles.gone')} text={t('roles.goneText')} role="alert">
      <Button onClick={() => open(undefined)}>{t('roles.back')}</Button>
    </Statement>
  );
}

function RoleList({ roles, onOpen }: { roles: RoleInfo[]; onOpen: (role: string) => void }) {
  const { t } = useTranslation(['rights', 'settings']);
  const [copied, setCopied] = useState<RoleInfo | null>(null);
  const [removed, setRemoved] = useState<RoleInfo | null>(null);
  return (
    <>
      <Head title={t('settings:roles.title')} text={t('roles.text')} />
      {roles.length > 0 ? (
        <div className={styles.cards}>
          <PlainTable
            label={t('settings:roles.title')}
            head={[t('roles.name'), t('roles.rights'), t('roles.people'), '']}
          >
            {roles.map((role) => (
              <RoleLine
                key={role.key}
                role={role}
                onOpen={() => onOpen(role.key)}
                onCopy={() => setCopied(role)}
                onRemove={() => setRemoved(role)}
              />
            ))}
          </PlainTable>
        </div>
      ) : (
        <Statement title={t('roles.empty')} />
      )}
      {copied ? <CopyRole role={copied} onClose={() => setCopied(null)} onMade={onOpen} /> : null}
      {removed ? <RemoveRole role={removed} roles={roles} onClose={() => setRemoved(null)} /> : null}
    </>
  );
}

interface LineProps {
  role: RoleInfo;
  onOpen: () => void;
  onCopy: () => void;
  onRemove: () => void;
}

function RoleLine({ role, onOpen, onCopy, onRemove }: LineProps) {
  const { t } = useTranslation('rights');
  const { user } = useMe();
  const summary = useRoleSummary();
  const name = labelOf(role.names);
  const unsaved = !role.fixed && readKept(draftPlace(user.id, role.key)) !== null;
  return (
    <tr>
      <td className={styles.strong}>
        {name}
        {role.builtin ? null : <span className={styles.tag}>{t('roles.own')}</span>}
        {unsaved ? <span className={styles.waits}>{t('unsaved')}</span> : null}
      </td>
      <td className={styles.wrap}>{summary(role)}</td>
      <td className={styles.figure} data-label={t('roles.people')}>
        {role.people}
      </td>
      <td className={styles.acts}>
        <Button
          size="small"
          type="text"
          aria-label={t(role.fixed ? 'roles.lookOf' : 'roles.editOf', { name })}
          onClick={onOpen}
        >
          {t(role.fixed ? 'roles.look' : 'roles.edit')}
        </Button>
        <Button size="small" type="text" aria-label={t('roles.copyOf', { name })} onClick={onCopy}>
          {t('roles.copy')}
        </Button>
        {role.fixed ? null : (
          <Button size="small" type="text" danger aria-label={t('roles.removeOf', { name })} onClick={onRemove}>
            {t('roles.remove')}
          </Button>
        )}
      </td>
    </tr>
  );
}
