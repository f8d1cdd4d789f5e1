import { useMemo, useSyncExternalStore } from 'react';
import type { Cell, ObjectKey, RecordId } from '@/api/types';
import { outbox, type Unmade, unmadeOf } from './outbox';

/** The records of an object that wait to be made, as they are by now. */
export function useUnmade(object: ObjectKey): readonly Unmade[] {
  const entries = useSyncExternalStore(outbox.subscribe, outbox.list);
  return useMemo(() => unmadeOf(entries, object), [entries, object]);
}

/** Values of a record that wait for the line, by field. */
export function useUnsentValues(object: ObjectKey, id: RecordId): Record<string, Cell> {
  const entries = useSyncExternalStore(outbox.subscribe, outbox.list);
  return useMemo(() => {
    const edits = entries.filter((entry) => entry.object === object && !entry.act).flatMap((entry) => entry.edits);
    return Object.assign({}, ...edits.filter((edit) => edit.id === id).map(({ values }) => values));
  }, [entries, object, id]);
}

/** Values that wait for the line, by record, of those that are there. */
export function useUnsentEdits(object: ObjectKey): ReadonlyMap<RecordId, Record<string, Cell>> {
  const entries = useSyncExternalStore(outbox.subscribe, outbox.list);
  return useMemo(() => {
    const found = new Map<RecordId, Record<string, Cell>>();
    for (const { edits } of entries.filter((entry) => entry.object === object && !entry.act)) {
      for (const { id, values } of edits) found.set(id, { ...found.get(id), ...values });
    }
    return found;
  }, [entries, object]);
}

/** How many values of an object's records wait for the line. */
export function useUnsentCount(object: ObjectKey): number {
  const entries = useSyncExternalStore(outbox.subscribe, outbox.list);
  const waiting = entries.filter((entry) => entry.object === object && entry.refused === undefined);
  return waiting.flatMap((entry) => entry.edits).reduce((sum, { values }) => sum + Object.keys(values).length, 0);
}
