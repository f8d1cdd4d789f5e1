import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { live } from '@/api/live';
import { useObjects } from '@/api/objects';
import { readRecord } from '@/api/records';
import { useMe } from '@/api/session';
import type { ConflictDetails, ObjectInfo, RecordId } from '@/api/types';
import { othersChanged } from '@/commands/changed';
import { useFieldContext } from '@/fields/context';
import type { EditResult } from '@/grid/edits';
import ConflictDialog from '@/pages/table/ConflictDialog';
import { isUnreachable, outbox, type Unsent as Waiting } from '@/pages/table/outbox';
import { saveTogether, trySave } from '@/pages/table/saving';
import { useMessage } from '@/ui/messages';

const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

interface Asked {
  object: ObjectInfo;
  name: string;
  details: ConflictDetails;
  answer: (mine: string[]) => void;
}

/** Sends what waits for the line, one step after the other, and asks where somebody else changed the same cells. */
export default function Unsent() {
  const { objects, users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const { t } = useTranslation('shell');
  const message = useMessage();
  const [asked, setAsked] = useState<Asked | null>(null);
  const known = useRef(objects);
  known.current = objects;

  useEffect(() => {
    const ask = async (object: ObjectInfo, id: RecordId, details: ConflictDetails) => {
      const record = await readRecord(object.key, id).catch(() => null);
      const name = String(record?.values[object.title_field] ?? '');
      return new Promise<string[]>((resolve) => {
        const answer = (mine: string[]) => {
          setAsked(null);
          resolve(mine);
        };
        setAsked({ object, name, details, answer });
      });
    };
    return keepSending(async (entry) => {
      const results = await send(entry, known.current, ask);
      for (const [place, result] of results.entries()) {
        if (!('reason' in result)) continue;
        // There may be no cell here any more to show it in.
        const values = Object.values(entry.edits[place]?.values ?? {}).map((cell) => String(cell ?? ''));
        void message.error(
          t('unsent.refused', { reason: result.reason, values: values.join(' · ').slice(0, 200) }),
          10,
        );
      }
      return results;
    });
  }, [t, message]);

  if (!asked) return null;
  const { object, name, details, answer } = asked;
  return <ConflictDialog object={object} context={context} name={name} details={details} onAnswer={answer} />;
}

type Ask = (object: ObjectInfo, id: RecordId, details: ConflictDetails) => Promise<string[]>;

/** Tries whenever the line may be back, and now and then. The answer stops it. */
function keepSending(send: (entry: Waiting) => Promise<EditResult[]>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  let busy = false;
  let ended = false;

  const pump = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    try {
      for (let entry = outbox.list()[0]; entry && !ended; entry = outbox.list()[0]) {
        const results = await send(entry);
        outbox.done(entry, results);
        othersChanged([entry.object]);
        delay = FIRST_RETRY_MS;
      }
    } catch {
      // No line, or nobody is signed in any more: it waits.
      timer = setTimeout(pump, delay);
      delay = Math.min(delay * 2, LAST_RETRY_MS);
    } finally {
      busy = false;
    }
  };
  const soon = () => {
    delay = FIRST_RETRY_MS;
    void pump();
  };
  const more = () => {
    if (!busy && timer === undefined) void pump();
  };
  const stops = [outbox.subscribe(more), live.on('open', soon)];
  window.addEventListener('online', soon);
  void pump();
  return () => {
    ended = true;
    clearTimeout(timer);
    window.removeEventListener('online', soon);
    for (const stop of stops) stop();
  };
}

/** Saves one step. Throws where it has to wait. */
async function send(entry: Waiting, objects: readonly ObjectInfo[], ask: Ask): Promise<EditResult[]> {
  const object = objects.find((one) => one.key === entry.object);
  if (!object) return [];
  // Another tab has sent it: what it made of the records comes through the stream.
  if (!outbox.isOpen(entry)) return Promise.all(entry.edits.map(({ id }) => readRecord(object.key, id)));
  if (entry.edits.length > 1) {
    try {
      return await saveTogether(object, entry.edits, entry.label, entry.key);
    } catch (error) {
      if (!isApiError(error, 'conflict')) return entry.edits.map(({ id }) => refusedUnlessLater(id, error));
      // Some of it others have changed: each record by itself.
    }
  }
  const results: EditResult[] = [];
  for (const edit of entry.edits) {
    try {
      results.push(await trySave(object, edit, (id, details) => ask(object, id, details)));
    } catch (error) {
      results.push(refusedUnlessLater(edit.id, error));
    }
  }
  return results;
}

function refusedUnlessLater(id: RecordId, error: unknown): EditResult {
  if (isUnreachable(error) || !isApiError(error) || [401, 408, 429].includes(error.status)) throw error;
  return { id, reason: errorText(error) };
}
