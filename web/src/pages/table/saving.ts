import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { changeRecord, changeRecords, createRecord, readRecord } from '@/api/records';
import type { BatchAnswer, Cell, ConflictDetails, Field, ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import { showWork } from '@/commands/work';
import type { EditResult, Refused, Saved, SaveEdits } from '@/grid/edits';
import { useMessage } from '@/ui/messages';
import { isUnreachable, newKey, outbox } from './outbox';

/** Says for which fields this person's value stays; the others keep the newer one. */
export type AskConflict = (id: RecordId, details: ConflictDetails) => Promise<string[]>;

/** New values of a record that was read as of `version`. */
interface RecordEdit {
  id: RecordId;
  version: number;
  values: Record<string, Cell>;
}

/** Saves one record, with the person's choice where somebody else changed the same cells meanwhile. */
export async function saveRecord(object: ObjectInfo, edit: RecordEdit, ask: AskConflict): Promise<Saved | Refused> {
  return trySave(object, edit, ask).catch((error: unknown) => refused(edit.id, error));
}

/** The same; where there is no line it waits, as does what comes after something that waits. */
export async function saveOrKeep(object: ObjectInfo, edit: RecordEdit, ask: AskConflict): Promise<EditResult> {
  const keep = () => outbox.put(object.key, [edit], '', newKey())?.[0];
  const kept = outbox.holds(object.key, [edit]) ? keep() : undefined;
  if (kept) return kept;
  try {
    return await trySave(object, edit, ask);
  } catch (error) {
    return (isUnreachable(error) ? keep() : undefined) ?? refused(edit.id, error);
  }
}

/** Makes records, several as one step with a `label`. Sent again under the same `key` they are made once. */
export async function makeRecords(
  object: ObjectInfo,
  rows: readonly Record<string, Cell>[],
  label: string,
  key: string,
): Promise<Saved[]> {
  const all = rows.map((values) => lenient(object.fields, values));
  const [only] = all;
  if (!label && only) return [await undoable(createRecord(object.key, only, key))];
  const changes = all.map((values) => ({ id: null, values }));
  const { results } = await undoable(changeRecords(object.key, changes, label, key));
  return results.map(({ id, version }, place) => ({ id, version, values: rows[place] ?? {} }));
}

/** The same; where there is no line they wait under the ids that are answered then. Throws the refusal. */
export async function makeOrKeep(
  object: ObjectInfo,
  rows: readonly Record<string, Cell>[],
  label = '',
): Promise<{ made: Saved[] } | { waiting: RecordId[] }> {
  const key = newKey();
  try {
    return { made: await makeRecords(object, rows, label, key) };
  } catch (error) {
    const waiting = isUnreachable(error) && outbox.add(object.key, rows, label, key);
    if (!waiting) throw error;
    return { waiting };
  }
}

/** Saves one record as `saveRecord` does; throws the refusal. */
export async function trySave(object: ObjectInfo, edit: RecordEdit, ask: AskConflict): Promise<Saved> {
  let { version } = edit;
  let values = edit.values;
  for (;;) {
    try {
      return await undoable(changeRecord(object.key, edit.id, version, lenient(object.fields, values)));
    } catch (error) {
      if (!isApiError(error, 'conflict')) throw error;
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
      const label = t(`batchLabel.${reason}`, { count: edits.length });
      const key = newKey();
      const keep = () => outbox.put(object.key, edits, label, key);
      const kept = outbox.holds(object.key, edits) && keep();
      if (kept) return kept;
      try {
        if (edits.length === 1 && only) {
          const result = await trySave(object, only, ask);
          recordsChanged(object.key, from);
          return [result];
        }
        const results = await saveTogether(object, edits, label, key);
        recordsChanged(object.key, from);
        // What follows from the new values is only known to the server.
        refresh();
        return results;
      } catch (error) {
        const waiting = isUnreachable(error) && keep();
        if (waiting) return waiting;
        if (edits.length > 1) void message.error(errorText(error));
        return edits.map(({ id }) => refused(id, error));
      }
    },
    [object, ask, refresh, from, t, message],
  );
}

/** As much at once as others who save meanwhile can wait for. */
const PART = 250;

/**
 * Saves several records as one step; sent again under the same `key` it is done once. Too many for one request go in
 * parts, each whole or not at all: what is refused stays in its cells with the reason. Throws where nothing was saved,
 * and where the line is gone.
 */
export async function saveTogether(
  object: ObjectInfo,
  edits: readonly RecordEdit[],
  label: string,
  key: string,
): Promise<(Saved | Refused)[]> {
  return (await undoable(saveParts(object, edits, label, key))).results;
}

async function saveParts(object: ObjectInfo, edits: readonly RecordEdit[], label: string, key: string) {
  const results: (Saved | Refused)[] = [];
  const shown = edits.length > PART ? showWork({ id: `save ${key}`, label, done: 0, total: edits.length }) : null;
  let changeSet: number | null = null;
  try {
    for (let from = 0; from < edits.length; from += PART) {
      const part = edits.slice(from, from + PART);
      const changes = part.map(({ id, version, values }) => ({ id, version, values: lenient(object.fields, values) }));
      try {
        const own = from === 0 ? key : `${key}.${from}`;
        const answer: BatchAnswer = await changeRecords(object.key, changes, label, own, changeSet);
        changeSet ??= answer.change_set;
        part.forEach(({ id, version, values }, place) => {
          results.push({ id, version: answer.results[place]?.version ?? version, values });
        });
      } catch (error) {
        if (changeSet === null || isUnreachable(error)) throw error;
        results.push(...part.map(({ id }) => refused(id, error)));
      }
      shown?.tell(results.length, edits.length);
    }
  } finally {
    shown?.over();
  }
  return { change_set: changeSet, results };
}

function refused(id: RecordId, error: unknown): Refused {
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
