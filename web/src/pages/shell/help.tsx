import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '@/commands/command';

const Shortcuts = lazy(() => import('./Shortcuts'));

/** The page of keys: by its keys from anywhere, and from the profile menu. */
export function useHelp(): { command: Command; dialog: ReactNode } {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const command: Command = {
    id: 'shortcuts',
    label: t('shortcuts.title'),
    keys: ['mod+/'],
    everywhere: true,
    enabled: true,
    perform: () => setOpen(true),
  };
  // Elsewhere a question mark is typed.
  useCommands([command, { ...command, keys: ['shift+?'], everywhere: false }]);
  const dialog = open ? (
    <Suspense>
      <Shortcuts onClose={() => setOpen(false)} />
    </Suspense>
  ) : null;
  return { command, dialog };
}
