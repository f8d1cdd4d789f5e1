import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { live } from '@/api/live';
import { useObjects } from '@/api/objects';
import { readRecord } from '@/api/records';
import { useMe } from '@/api/session';
import type { ConflictDetails, ObjectInfo } from '@/api/types';
import { othersChanged, recordsChanged } from '@/commands/changed';
import { nameIn } from '@/fields/cells';
import { useFieldContext } from '@/fields/context';
import ConflictDialog from '@/pages/table/ConflictDialog';
import { outbox, type Unsent as Waiting } from '@/pages/table/outbox';
import { type Ask, send } from '@/pages/table/sending';
import { arriving } from '@/ui/arriving';
import { useMessage } from '@/ui/messages';

const Resumed = lazy(() => arriving(() => import('@/pages/many/Resumed')));
const ResumedExports = lazy(() => arriving(() => import('@/pages/export/Resumed')));

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
    const ask: Ask = async (object, id, details) => {
      const record = await readRecord(object.key, id).catch(() => null);
      const name = nameIn(record?.values[object.title_field]);
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
    });
  }, [t, message]);

  useEffect(() => {
    // What one works with without a line has to be here before that is gone: it comes with the first touch.
    const stop = new AbortController();
    const fetchParts = () => {
      stop.abort();
      const parts = [
        import('@/pages/record/RecordPanel'),
        import('@/ui/ConfirmDialog'),
        import('@/pages/table/dropping'),
      ];
      void Promise.allSettled(parts);
    };
    for (const touch of ['pointerdown', 'keydown']) window.addEventListener(touch, fetchParts, { signal: stop.signal });
    return () => stop.abort();
  }, []);

  return (
    <>
      <Suspense>
        <Resumed />
        <ResumedExports />
      </Suspense>
      {asked ? (
        <ConflictDialog
          object={asked.object}
          context={context}
          name={asked.name}
          details={asked.details}
          onAnswer={asked.answer}
        />
      ) : null}
    </>
  );
}

/** Tries whenever the line may be back, and now and then. The answer stops it. */
function keepSending(send: (entry: Waiting) => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  let busy = false;
  let ended = false;

  const pump = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (busy) return;
    busy = true;
    try {
      const next = () => outbox.list().find(({ refused }) => refused === undefined);
      for (let entry = next(); entry && !ended; entry = next()) {
        await send(entry);
        if (entry.act) recordsChanged(entry.object);
        else othersChanged([entry.object]);
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
