import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { type Command, useCommands } from '@/commands/command';
import { undoStack } from '@/commands/undo';
import { ImportOutlined, PlusOutlined, RedoOutlined, SearchOutlined, UndoOutlined } from '@/ui/icons';
import type { TableActs } from './table-acts';
import type { TableState } from './table-state';

export const SEARCH_KEYS = 'mod+shift+f';

export interface TableCommands {
  search: Command;
  find: Command;
  add: Command;
  undo: Command;
  redo: Command;
  import: Command;
}

/** The acts of a table, each once: the toolbar shows them, the keyboard reaches them. */
export function useTableCommands(
  object: ObjectInfo,
  state: TableState,
  acts: TableActs,
  search: () => void,
  find?: { open: boolean; ask: () => void },
): TableCommands {
  const { t } = useTranslation('table');
  const navigate = useNavigate();
  const stacks = useSyncExternalStore(undoStack.subscribe, undoStack.read);
  const commands: TableCommands = {
    search: {
      id: 'search',
      label: t('search.label', { object: labelOf(object.plural) }),
      // Where cells can be gone to, Ctrl+F goes to the next one, as everywhere else.
      keys: find ? [SEARCH_KEYS] : ['mod+f', SEARCH_KEYS],
      everywhere: true,
      enabled: true,
      perform: search,
    },
    find: {
      id: 'find',
      label: t('find.label'),
      icon: <SearchOutlined />,
      // Once the bar is open, the others are its own: on to the next.
      keys: find?.open ? ['mod+f'] : ['mod+f', 'f3', 'mod+g'],
      everywhere: true,
      enabled: find !== undefined,
      perform: () => find?.ask(),
    },
    add: {
      id: 'add',
      label: t('tools.add', { object: labelOf(object.label) }),
      icon: <PlusOutlined />,
      enabled: object.rights.create,
      perform: () => state.record !== 'new' && void acts.add({}),
    },
    undo: {
      id: 'undo',
      label: t('tools.undo'),
      icon: <UndoOutlined />,
      keys: ['mod+z'],
      enabled: stacks.undo.length > 0,
      perform: () => void acts.undo(),
    },
    redo: {
      id: 'redo',
      label: t('tools.redo'),
      icon: <RedoOutlined />,
      keys: ['mod+y', 'mod+shift+z'],
      enabled: stacks.redo.length > 0,
      perform: () => void acts.redo(),
    },
    import: {
      id: 'import',
      label: t('tools.import'),
      icon: <ImportOutlined />,
      enabled: object.rights.import,
      perform: () => void navigate({ to: '/import', search: { object: object.key } }),
    },
  };
  useCommands(Object.values(commands));
  return commands;
}
