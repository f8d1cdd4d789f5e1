import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { Cell, ObjectInfo, ObjectKey, RecordAnswer, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { nameIn } from '@/fields/cells';
import { type FieldContext, useFieldContext } from '@/fields/context';
import type { GridRow } from '@/grid/source';
import { useConflicts } from '@/pages/table/conflicts';
import { outbox, type Unsent } from '@/pages/table/outbox';
import { saveOrKeep } from '@/pages/table/saving';
import { type TableActs, useTableActs } from '@/pages/table/table-acts';
import { type TableCommands, useTableCommands } from '@/pages/table/table-commands';
import type { TableState } from '@/pages/table/table-state';
import { useUnsentEdits } from '@/pages/table/unsent-values';
import { useMessage } from '@/ui/messages';
import { freshRows, useFreshRows } from './rows';

export interface KindPage {
  object: ObjectInfo;
  state: TableState;
  context: FieldContext;
  acts: TableActs;
  commands: TableCommands;
  conflicts: ReturnType<typeof useConflicts>;
  searchBox: RefObject<HTMLInputElement | null>;
  saves: { saving: number; touched: boolean };
  /** What a new record begins with. */
  draft: Record<string, Cell>;
  open: (id: RecordId) => void;
  /** Begins a new record in the panel. */
  begin: (values: Record<string, Cell>) => void;
  /** Values of records that wait for the line. */
  unsent: ReadonlyMap<RecordId, Record<string, Cell>>;
  /**
   * Saves values of a record that is shown; done when what is shown is true again. Without a line they wait, and are
   * among the `unsent` until they are saved. Answers whether they were saved; if not, the person was told why.
   */
  save: (row: GridRow, values: Record<string, Cell>) => Promise<boolean>;
}

/** What every kind of view does with its records: open, add, change, undo. */
export function useKindPage(object: ObjectInfo, state: TableState): KindPage {
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const message = useMessage();
  const { t } = useTranslation('grid');
  const unsent = useUnsent(object.key);
  const [draft, setDraft] = useState<Record<string, Cell>>({});
  const [saves, setSaves] = useState({ saving: 0, touched: false });
  const searchBox = useRef<HTMLInputElement>(null);
  const self = useMemo(() => ({}), []);
  useFreshRows(object.key, self);

  const [names] = useState(() => new Map<RecordId, Cell | undefined>());
  const nameOf = (id: RecordId) => {
    const open = queryClient.getQueryData<RecordAnswer>(['record', object.key, id]);
    return nameIn(open?.values[object.title_field] ?? names.get(id));
  };
  const conflicts = useConflicts(object, context, nameOf);
  const begin = (values: Record<string, Cell>) => {
    setDraft(values);
    state.go({ record: 'new', tab: undefined });
  };
  const open = (id: RecordId) => state.go({ record: id });
  const acts = useTableActs(object, null, { openNew: begin, open });
  const commands = useTableCommands(object, state, acts, () => searchBox.current?.select());

  const save = async ({ id, version, cells }: GridRow, values: Record<string, Cell>) => {
    names.set(id, cells[object.title_field]);
    setSaves((before) => ({ saving: before.saving + 1, touched: true }));
    const result = await saveOrKeep(object, { id, version, values }, conflicts.ask);
    setSaves((before) => ({ ...before, saving: before.saving - 1 }));
    if ('waiting' in result) {
      void message.info({ key: 'waiting', content: t('edit.waiting') });
      return false;
    }
    const saved = 'version' in result;
    if (saved) recordsChanged(object.key, self);
    else void message.error(result.reason);
    await freshRows(object.key);
    return saved;
  };
  return { object, state, context, acts, commands, conflicts, searchBox, saves, draft, open, begin, unsent, save };
}

type Values = ReadonlyMap<RecordId, Record<string, Cell>>;

/** What waits for the line; what has just been sent belongs to it until the server's rows are here. */
function useUnsent(object: ObjectKey): Values {
  const waiting = useUnsentEdits(object);
  const [sent, setSent] = useState<readonly Unsent[]>([]);
  useEffect(
    () =>
      outbox.onSettled((entry, _, taken) => {
        if (entry.object !== object || entry.act || taken) return;
        setSent((before) => [...before, entry]);
        void freshRows(object).finally(() => setSent((before) => before.filter((one) => one !== entry)));
      }),
    [object],
  );
  return useMemo(() => {
    if (sent.length === 0) return waiting;
    return new Map([...sent.flatMap(({ edits }) => edits.map(({ id, values }) => [id, values] as const)), ...waiting]);
  }, [sent, waiting]);
}
