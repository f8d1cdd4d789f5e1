import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Cell, Field, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import type { RemoteSource } from '@/grid/remoteSource';
import type { GridRow } from '@/grid/source';
import { type AskConflict, saveRecord } from './saving';

const CellPast = lazy(() => import('@/pages/memory/CellPast'));

interface Asked {
  row: GridRow;
  field: Field;
  anchor: DOMRect;
}

/** The history of a cell beside it, from which an old value is written again: a change like any other. */
export function useCellPast(
  object: ObjectInfo,
  source: Pick<RemoteSource, 'find' | 'get' | 'patch'>,
  ask: AskConflict,
  onClosed: () => void,
): { open: (row: GridRow, field: Field, anchor: DOMRect) => void; popover: ReactNode } {
  const [asked, setAsked] = useState<Asked | null>(null);
  const restore = async ({ row, field }: Asked, cell: Cell) => {
    const version = source.get(source.find(row.id) ?? -1)?.version ?? row.version;
    const saved = await saveRecord(object, { id: row.id, version, values: { [field.key]: cell } }, ask);
    if (!('version' in saved)) return saved.reason;
    source.patch(row.id, saved.version, saved.values);
    recordsChanged(object.key, source);
    return null;
  };
  const popover = asked ? (
    <Suspense>
      <CellPast
        object={object}
        id={asked.row.id}
        field={asked.field}
        anchor={asked.anchor}
        onRestore={object.rights.update && !asked.field.readonly ? (cell) => restore(asked, cell) : null}
        onClose={() => {
          setAsked(null);
          onClosed();
        }}
      />
    </Suspense>
  ) : null;
  return { open: (row, field, anchor) => setAsked({ row, field, anchor }), popover };
}
