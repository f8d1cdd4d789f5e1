import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { changeMe, meQuery, signOut, useMe } from '@/api/session';
import type { Language } from '@/api/types';
import { type Command, useCommands } from '@/commands/command';
import { LANGUAGES, setLanguage } from '@/i18n';
import { useMessage } from '@/ui/messages';
import { type ThemeChoice, useTheme } from '@/ui/theme';
import styles from './shell.module.css';

const THEMES: ThemeChoice[] = ['system', 'light', 'dark'];

export function ProfileMenu({ commands }: { commands: Command[] }) {
  const { t, i18n } = useTranslation(['shell', 'common']);
  const { user, company, viewer } = useMe();
  const { choice, choose } = useTheme();
  const message = useMessage();
  const navigate = useNavigate();
  const speak = useMutation({
    mutationFn: async (language: Language) => {
      await setLanguage(language);
      // Whose eyes these are keeps his own language.
      if (viewer) return;
      queryClient.setQueryData(meQuery.queryKey, await changeMe({ language }));
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: { return: undefined } });
      queryClient.clear();
    },
    onError: (error) => void message.error(errorText(error)),
  });

  const always = { everywhere: false, enabled: true };
  useCommands([
    ...LANGUAGES.filter(({ key }) => key !== i18n.language).map(({ key, name }) => ({
      ...always,
      id: `language ${key}`,
      label: `${t('common:language')}: ${name}`,
      perform: () => speak.mutate(key),
    })),
    ...THEMES.filter((key) => key !== choice).map((key) => ({
      ...always,
      id: `theme ${key}`,
      label: `${t('common:theme.label')}: ${t(`common:theme.${key}`)}`,
      perform: () => choose(key),
    })),
    { ...always, id: 'sign out', label: t('signOut'), perform: () => leave.mutate() },
  ]);

  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: (
        <>
          <b className={styles.who}>{user.name}</b>
          <span className={styles.where}>{company.name}</span>
        </>
      ),
    },
    { key: 'account', label: t('account'), onClick: () => void navigate({ to: '/settings/account' }) },
    { type: 'divider' },
    {
      key: 'language',
      type: 'group',
      label: t('common:language'),
      children: LANGUAGES.map(({ key, name }) => ({ key, label: name, onClick: () => speak.mutate(key) })),
    },
    {
      key: 'theme',
      type: 'group',
      label: t('common:theme.label'),
      children: THEMES.map((key) => ({ key, label: t(`common:theme.${key}`), onClick: () => choose(key) })),
    },
    { type: 'divider' },
    ...commands.map(({ id, label, perform }) => ({ key: id, label, onClick: perform })),
    { key: 'out', label: t('signOut'), onClick: () => leave.mutate() },
  ];
  return (
    <Dropdown
      trigger={['click']}
      placement="topRight"
      menu={{ items, selectable: true, multiple: true, selectedKeys: [i18n.language, choice] }}
    >
      <button type="button" className={styles.person} title={user.name}>
        <i className={styles.face} aria-hidden="true">
          {initials(user.name)}
        </i>
        <span className="visually-hidden">{t('profile')}</span>
      </button>
    </Dropdown>
  );
}

/** 张小明 → 小明; Ann Lee → AL. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  if (words.length > 1)
    return words
      .map((word) => word[0])
      .slice(0, 2)
      .join('')
      .toUpperCase();
  const letters = [...name.trim()];
  return /[\u4e00-\u9fff]/.test(name) ? letters.slice(-2).join('') : letters.slice(0, 1).join('').toUpperCase();
}
