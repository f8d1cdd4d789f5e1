import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, useCommands } from '@/commands/command';

const Palette = lazy(() => import('./Palette'));

/** The palette: by its keys from anywhere, and from the profile menu. */
export function usePalette(): { command: Command; dialog: ReactNode } {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const command: Command = {
    id: 'palette',
    label: t('palette.title'),
    keys: ['mod+k'],
    everywhere: true,
    enabled: true,
    perform: () => setOpen(true),
  };
  useCommands([command]);
  const dialog = open ? (
    <Suspense>
      <Palette onClose={() => setOpen(false)} />
    </Suspense>
  ) : null;
  return { command, dialog };
}
