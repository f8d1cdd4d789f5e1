import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { changeRecord, changeRecords, readRecord } from '@/api/records';
import type { Cell, ConflictDetails, Field, ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import type { Edit, EditResult, SaveEdits } from '@/grid/edits';
import { useMessage } from '@/ui/messages';

/** Says for which fields this person's value stays; the others keep the newer one. */
export type AskConflict = (id: RecordId, details: ConflictDetails) => Promise<string[]>;

/** Saves one record, with the person's choice where somebody else changed the same cells meanwhile. */
export async function saveRecord(
  object: ObjectInfo,
  edit: { id: RecordId; version: number; values: Record<string, Cell> },
  ask: AskConflict,
): Promise<EditResult> {
  let { version } = edit;
  let values = edit.values;
  for (;;) {
    try {
      return await undoable(changeRecord(object.key, edit.id, version, lenient(object.fields, values)));
    } catch (error) {
      if (!isApiError(error, 'conflict')) return refused(edit.id, error);
      const details = error.details as ConflictDetails;
      const mine = await ask(edit.id, details);
      const theirs = Object.keys(details.fields).filter((key) => !mine.includes(key));
      values = Object.fromEntries(Object.entries(values).filter(([key]) => !theirs.includes(key)));
      version = details.version;
      if (Object.keys(values).length === 0) return readRecord(object.key, edit.id);
    }
  }
}

/** How the grid saves: one record by itself, several as one step. */
export function useSaveEdits(object: ObjectInfo, ask: AskConflict, refresh: () => void, from: unknown): SaveEdits {
  const { t } = useTranslation('table');
  const message = useMessage();
  return useCallback<SaveEdits>(
    async (edits, reason) => {
      const [only] = edits;
      if (edits.length === 1 && only) {
        const result = await saveRecord(object, only, ask);
        if ('version' in result) recordsChanged(object.key, from);
        return [result];
      }
      try {
        const results = await saveTogether(object, edits, t(`batchLabel.${reason}`, { count: edits.length }));
        recordsChanged(object.key, from);
        // What follows from the new values is only known to the server.
        refresh();
        return results;
      } catch (error) {
        void message.error(errorText(error));
        return edits.map(({ id }) => refused(id, error));
      }
    },
    [object, ask, refresh, from, t, message],
  );
}

async function saveTogether(object: ObjectInfo, edits: Edit[], label: string): Promise<EditResult[]> {
  const changes = edits.map(({ id, version, values }) => ({ id, version, values: lenient(object.fields, values) }));
  const answer = await undoable(changeRecords(object.key, changes, label));
  return edits.map((edit, place) => ({
    id: edit.id,
    version: answer.results[place]?.version ?? edit.version,
    values: edit.values,
  }));
}

function refused(id: RecordId, error: unknown): EditResult {
  const reason = errorText(error);
  return isApiError(error) && error.field ? { id, reason, fields: { [error.field]: reason } } : { id, reason };
}

const FREE_TEXT = new Set<Field['kind']>(['text', 'long_text', 'address']);

/**
 * Typed text goes out as "keep it, marked, if it does not fit": the server understands it where it can (100万, 2026/1/5)
 * and otherwise stores what was typed with the reason.
 */
export function lenient(fields: readonly Field[], values: Record<string, Cell>): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const field = fields.find((one) => one.key === key);
      if (typeof value !== 'string' || !field || FREE_TEXT.has(field.kind)) return [key, value];
      return [key, { invalid: value, code: '' }];
    }),
  );
}
