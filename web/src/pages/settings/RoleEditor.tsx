import '@/i18n/rights';
import { Alert, Button, Checkbox, Input, Popconfirm } from 'antd';
import { lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { COMPANY, changeRole, previewRole, type RoleInfo, type RoleRights, rolesQuery } from '@/api/rights';
import { useMe } from '@/api/session';
import { arriving } from '@/ui/arriving';
import { ArrowLeftOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { useKept } from '@/ui/useKept';
import { Differences } from './RoleDifferences';
import { RoleFields } from './RoleFields';
import { RoleObjects } from './RoleObjects';
import styles from './rights.module.css';
import { rightsChanged } from './rights-changed';
import { canonical } from './role-rights';
import { Section } from './Section';

const GainsDialog = lazy(() => arriving(() => import('./Gains')));

/** What was changed of a role and is not saved; `base`: what it was then. Without a `name` it keeps its own ones. */
interface Draft {
  name: string | null;
  rights: RoleRights;
  base: string;
}
export const draftPlace = (user: number, role: string) => `kebu.role.${user}.${role}`;

/** All that a role says. It is kept in the browser until it is saved or discarded. */
export function RoleEditor({ role, onBack }: { role: RoleInfo; onBack: () => void }) {
  const { t } = useTranslation(['rights', 'common']);
  const { user } = useMe();
  const message = useMessage();
  const nameId = useId();
  const head = useRef<HTMLHeadingElement>(null);
  const [draft, setDraft] = useKept<Draft>(draftPlace(user.id, role.key));
  const [asking, setAsking] = useState(false);
  const name = draft?.name ?? labelOf(role.names);
  const rights = draft?.rights ?? role.rights;
  const base = `${JSON.stringify(role.names)} ${canonical(role.rights)}`;
  const renamed = name.trim() !== labelOf(role.names);
  const changed = canonical(rights) !== canonical(role.rights);
  const stale = (renamed || changed) && draft?.base !== base;

  const change = (next: { name?: string; rights?: RoleRights }) => {
    const said = next.name ?? name;
    const made = {
      name: said === labelOf(role.names) ? null : said,
      rights: next.rights ?? rights,
      base: draft?.base ?? base,
    };
    setDraft(made.name === null && canonical(made.rights) === canonical(role.rights) ? null : made);
  };
  const save = async () => {
    try {
      await changeRole(role.key, { ...(renamed && { name: name.trim() }), ...(changed && { rights }) });
    } catch (error) {
      void message.error(errorText(error));
      throw error;
    }
    await queryClient.invalidateQueries(rolesQuery);
    setDraft(null);
    void message.success(t('roles.saved'));
    rightsChanged();
  };
  useEffect(() => head.current?.focus({ preventScroll: true }), []);

  return (
    <>
      <Button type="link" className={styles.back} icon={<ArrowLeftOutlined />} onClick={onBack}>
        {t('roles.back')}
      </Button>
      <h2 ref={head} className={styles.title} tabIndex={-1}>
        {labelOf(role.names)}
      </h2>
      {role.fixed ? <Alert type="info" showIcon title={t('roles.fixed')} /> : null}
      {stale ? <Alert type="warning" showIcon role="alert" title={t('roles.stale')} /> : null}
      {role.fixed ? null : (
        <>
          <div className={styles.name}>
            <label htmlFor={nameId}>{t('roles.name')}</label>
            <Input
              id={nameId}
              maxLength={100}
              value={name}
              status={name.trim() ? '' : 'error'}
              aria-invalid={!name.trim()}
              aria-describedby={`${nameId}-text`}
              onChange={(event) => change({ name: event.target.value })}
            />
            <small id={`${nameId}-text`}>
              {name.trim() ? t('roles.nameText') : t('common:required', { what: t('roles.name') })}
            </small>
          </div>
          <Section title={t('roles.objectsTitle')} text={t('roles.objectsText')}>
            <RoleObjects rights={rights} onChange={(next) => change({ rights: next })} />
          </Section>
          <Section title={t('roles.fieldsTitle')} text={t('roles.fieldsText')}>
            <RoleFields rights={rights} onChange={(next) => change({ rights: next })} />
          </Section>
          <Section title={t('roles.companyTitle')} text={t('roles.companyText')}>
            <fieldset className={styles.company} aria-label={t('roles.companyTitle')}>
              {COMPANY.map((right) => (
                <Checkbox
                  key={right}
                  checked={Boolean(rights[right])}
                  onChange={(event) => change({ rights: { ...rights, [right]: event.target.checked } })}
                >
                  {t(`company.${right}`)}
                </Checkbox>
              ))}
            </fieldset>
          </Section>
        </>
      )}
      {draft && !role.fixed ? (
        <footer className={styles.foot}>
          <span role="status">{t('roles.dirty')}</span>
          <Popconfirm
            title={t('roles.discardAsk')}
            okText={t('roles.discard')}
            okButtonProps={{ danger: true }}
            onConfirm={() => setDraft(null)}
          >
            <Button>{t('roles.discard')}</Button>
          </Popconfirm>
          <Button type="primary" disabled={!name.trim()} onClick={() => setAsking(true)}>
            {t('roles.save')}
          </Button>
        </footer>
      ) : null}
      {asking ? (
        <Suspense>
          <GainsDialog
            title={t('roles.saveTitle', { name: name.trim() })}
            about={[role.key, canonical(rights)]}
            ask={() => previewRole(role.key, rights)}
            onOk={save}
            onClose={() => setAsking(false)}
          >
            {user.role === role.key && role.rights.manage_people && !rights.manage_people ? (
              <Alert type="warning" showIcon role="alert" title={t('roles.lockedOut')} />
            ) : null}
            <Differences before={role.rights} after={rights} />
          </GainsDialog>
        </Suspense>
      ) : null}
    </>
  );
}
