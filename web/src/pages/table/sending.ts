import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { changeRecords, readRecord } from '@/api/records';
import type { ConflictDetails, ObjectInfo, RecordId } from '@/api/types';
import { undoable } from '@/commands/undo';
import type { EditResult } from '@/grid/edits';
import { isUnmade } from '@/grid/source';
import { isUnreachable, outbox, type Unsent } from './outbox';
import { makeRecords, saveTogether, trySave } from './saving';

export type Ask = (object: ObjectInfo, id: RecordId, details: ConflictDetails) => Promise<string[]>;

/** Sends one step, and says what became of each of its records. Throws where it has to wait. */
export async function send(entry: Unsent, objects: readonly ObjectInfo[], ask: Ask): Promise<EditResult[]> {
  const object = objects.find((one) => one.key === entry.object);
  // Another tab has sent it: what it made of the records comes through the stream.
  const isElsewhere = !outbox.isOpen(entry);
  if (!object || (isElsewhere && entry.act)) {
    done(entry, []);
    return [];
  }
  const results = isElsewhere
    ? await Promise.all(entry.edits.map(({ id }) => readRecord(object.key, id)))
    : await sendNow(entry, object, ask);
  const [first] = results;
  if (entry.act === 'make' && first && 'reason' in first) refuse(entry, first.reason);
  else done(entry, results);
  return results;
}

async function sendNow(entry: Unsent, object: ObjectInfo, ask: Ask): Promise<EditResult[]> {
  const { key, label, edits, act } = entry;
  if (act === 'make') {
    const rows = edits.map(({ values }) => values);
    return makeRecords(object, rows, label, key).catch((error) => edits.map(({ id }) => refusedUnlessLater(id, error)));
  }
  if (act === 'delete') {
    const changes = edits.map(({ id, version }) => ({ id, version, delete: true as const }));
    try {
      await undoable(changeRecords(object.key, changes, label, key));
    } catch (error) {
      return edits.map(({ id }) => refusedUnlessLater(id, error));
    }
    return [];
  }
  if (edits.length > 1) {
    try {
      return await saveTogether(object, edits, label, key);
    } catch (error) {
      if (!isApiError(error, 'conflict')) return edits.map(({ id }) => refusedUnlessLater(id, error));
      // Some of it others have changed: each record by itself.
    }
  }
  const results: EditResult[] = [];
  for (const edit of edits) {
    try {
      results.push(await trySave(object, edit, (id, details) => ask(object, id, details)));
    } catch (error) {
      results.push(refusedUnlessLater(edit.id, error));
    }
  }
  return results;
}

/** The browser looks as somebody else, or is somebody else's, for the time being: nothing is lost by that. */
const NOT_NOW = ['request_at_work', 'another_person', 'viewing', 'viewing_over'];

function refusedUnlessLater(id: RecordId, error: unknown): EditResult {
  const isLater = isUnreachable(error) || isApiError(error, ...NOT_NOW);
  if (isLater || !isApiError(error) || [401, 408, 429].includes(error.status)) throw error;
  return { id, reason: errorText(error) };
}

/** An entry is saved, or refused for good; those after it go on from what it made. */
export function done(entry: Unsent, results: EditResult[]): void {
  entry.edits.forEach(({ id }, place) => {
    const result = results[place];
    if (isUnmade(id) && result && 'version' in result) outbox.made.set(id, { id: result.id, version: result.version });
  });
  outbox.rewrite((one) => (one.key === entry.key ? null : afterOwn(one, entry, results)));
  outbox.over(entry, results);
}

/** A later step with the versions that this one made: nobody gets into conflict with himself. */
function afterOwn(later: Unsent, sent: Unsent, results: EditResult[]): Unsent {
  if (later.object !== sent.object) return later;
  const edits = later.edits.map((edit) => {
    const made = outbox.made.get(edit.id);
    if (made) return { ...edit, id: made.id, version: made.version };
    const before = sent.edits.find(({ id }) => id === edit.id);
    const result = results.find(({ id }) => id === edit.id);
    if (!before || !result || !('version' in result)) return edit;
    const alone = result.version <= before.version + 1;
    const own = Object.keys(edit.values).every((key) => key in before.values);
    return alone || own ? { ...edit, version: Math.max(edit.version, result.version) } : edit;
  });
  return edits.every((edit, place) => edit === later.edits[place]) ? later : { ...later, edits };
}

/** The server would not make these: they stay for the person to change, with what was typed since. */
function refuse(entry: Unsent, reason: string): void {
  const ids = new Set(entry.edits.map(({ id }) => id));
  const later = outbox.of(entry.object).filter((one) => one !== entry && one.edits.some(({ id }) => ids.has(id)));
  const isDeleted = (id: RecordId) =>
    later.some((one) => one.act === 'delete' && one.edits.some((edit) => edit.id === id));
  const typed = (id: RecordId) => later.flatMap((one) => one.edits.filter((edit) => edit.id === id));
  const edits = entry.edits
    .filter(({ id }) => !isDeleted(id))
    .map((edit) => ({
      ...edit,
      values: Object.assign({}, edit.values, ...typed(edit.id).map(({ values }) => values)),
    }));
  outbox.rewrite((one) => {
    if (one.key === entry.key) return edits.length > 0 ? { ...one, edits, refused: reason } : null;
    if (one.object !== entry.object) return one;
    const others = one.edits.filter(({ id }) => !ids.has(id));
    if (others.length === one.edits.length) return one;
    return others.length > 0 ? { ...one, edits: others } : null;
  });
}
