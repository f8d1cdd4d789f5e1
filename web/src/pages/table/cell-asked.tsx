import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import type { Cell, Field, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import type { AskCell } from '@/grid/controller';
import type { RemoteSource } from '@/grid/remoteSource';
import type { GridRow } from '@/grid/source';
import { arriving } from '@/ui/arriving';
import { type AskConflict, saveRecord } from './saving';

const CellComments = lazy(() => arriving(() => import('@/pages/comments/CellComments')));
const CellPast = lazy(() => arriving(() => import('@/pages/memory/CellPast')));

interface Asked {
  what: 'past' | 'comments';
  row: GridRow;
  field: Field;
  anchor: DOMRect;
}

/**
 * What is asked about a cell, beside it: its history, from which an old value is written again, a change like any other;
 * and what is said about it.
 */
export function useCellAsked(
  object: ObjectInfo,
  source: Pick<RemoteSource, 'find' | 'get' | 'patch'>,
  ask: AskConflict,
  onClosed: () => void,
): { open: AskCell; popover: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const restore = async ({ row, field }: Asked, cell: Cell) => {
    const version = source.get(source.find(row.id) ?? -1)?.version ?? row.version;
    const saved = await saveRecord(object, { id: row.id, version, values: { [field.key]: cell } }, ask);
    if (!('version' in saved)) return saved.reason;
    source.patch(row.id, saved.version, saved.values);
    recordsChanged(object.key, source);
    return null;
  };
  const close = () => {
    setAsked(null);
    onClosed();
  };
  const popover = asked ? (
    <Suspense>
      {asked.what === 'comments' ? (
        <CellComments object={object} id={asked.row.id} field={asked.field} anchor={asked.anchor} onClose={close} />
      ) : (
        <CellPast
          object={object}
          id={asked.row.id}
          field={asked.field}
          anchor={asked.anchor}
          onRestore={object.rights.update && !asked.field.readonly ? (cell) => restore(asked, cell) : null}
          onClose={close}
        />
      )}
    </Suspense>
  ) : null;
  return {
    open: useCallback<AskCell>((what, row, field, anchor) => setAsked({ what, row, field, anchor }), []),
    popover,
  };
}
