import '@/i18n/settings';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import styles from './settings.module.css';

export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const { rights } = useMe();
  const link = { className: styles.link, activeProps: { className: styles.linkActive } };
  return (
    <div className={styles.page}>
      <nav className={styles.nav} aria-label={t('sections')}>
        <h1 className={styles.navTitle}>{t('title')}</h1>
        <Link to="/settings/account" {...link}>
          {t('account.title')}
        </Link>
        {rights.manage_fields ? (
          <Link to="/settings/fields" search={{ object: undefined }} {...link}>
            {t('fields.title')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/people" {...link}>
            {t('people.title')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/roles" search={{ role: undefined }} {...link}>
            {t('roles.title')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/teams" {...link}>
            {t('teams.title')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/mail" {...link}>
            {t('mail')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/audit" {...link}>
            {t('audit.title')}
          </Link>
        ) : null}
        {rights.manage_people ? (
          <Link to="/settings/data" {...link}>
            {t('data.title')}
          </Link>
        ) : null}
        {rights.backups ? (
          <Link to="/settings/backups" {...link}>
            {t('backups.title')}
          </Link>
        ) : null}
        {rights.privacy ? (
          <Link to="/settings/privacy" {...link}>
            {t('privacy')}
          </Link>
        ) : null}
      </nav>
      <div className={styles.body}>
        <Outlet />
      </div>
    </div>
  );
}
