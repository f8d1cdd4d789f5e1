import { useNavigate } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { type Command, useCommands } from '@/commands/command';
import { undoStack } from '@/commands/undo';
import { ImportOutlined, PlusOutlined, RedoOutlined, UndoOutlined } from '@/ui/icons';
import type { TableActs } from './table-acts';
import type { TableState } from './table-state';

export interface TableCommands {
  search: Command;
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
): TableCommands {
  const { t } = useTranslation('table');
  const navigate = useNavigate();
  const stacks = useSyncExternalStore(undoStack.subscribe, undoStack.read);
  const commands: TableCommands = {
    search: {
      id: 'search',
      label: t('search.label', { object: labelOf(object.plural) }),
      keys: ['mod+f'],
      everywhere: true,
      enabled: true,
      perform: search,
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
