import { useEffect, useRef, useState } from 'react';
import { live } from '@/api/live';
import { queryRows } from '@/api/records';
import { type Changes, cellsOf, lately } from '@/api/told';
import type { RecordId } from '@/api/types';
import type { Others } from '@/grid/others';
import { fieldsOf } from './conditions';
import type { Question, Rows } from './rows';

/** The view is asked what belongs to it once changes rest for so long. */
const REST_MS = 600;
/** Values are fetched anew at most so often while many change. */
const REREAD_MS = 2_000;
/** So many records at most are asked about one by one. */
const MOST = 200;

/**
 * Rows follow what others do. Values change in their place at once; the order stays while one works in it. Answers
 * whether records came or went, or would stand elsewhere: `rows.refresh` shows them there.
 */
export function useLiveRows(rows: Rows, question: Question, others: () => Others | null): boolean {
  const [moved, setMoved] = useState<unknown>(null);
  const latest = useRef({ rows, question });
  latest.current = { rows, question };
  const { source } = rows;
  const asked = JSON.stringify([question.filter, question.sort, question.search, question.group]);
  const key = `${asked} ${rows.opened}`;

  useEffect(() => {
    let ended = false;
    const doubtful = new Set<RecordId>();
    let check: ReturnType<typeof setTimeout> | undefined;
    let reread: ReturnType<typeof setTimeout> | undefined;
    const isHere = (id: RecordId) => latest.current.rows.holds(id);
    const otherOrder = () => !ended && setMoved(key);

    const rereadSoon = () => {
      reread ??= setTimeout(() => {
        reread = undefined;
        latest.current.rows.reread();
      }, REREAD_MS * Math.random());
    };
    /** Which of the doubtful ones the view holds now: others may have come into it, or left it. */
    const ask = async () => {
      const ids = [...doubtful].slice(0, MOST);
      doubtful.clear();
      const { object, filter, search, fields } = latest.current.question;
      const spec = { filter, search, fields: fields.slice(0, 1), offset: 0, limit: 1, among: ids };
      const answer = await queryRows(object, spec).catch(() => null);
      const held = new Set(answer?.rows.map(([id]) => id));
      if (answer && ids.some((id) => held.has(id) !== isHere(id))) otherOrder();
    };
    const doubt = (id: RecordId) => {
      doubtful.add(id);
      clearTimeout(check);
      check = setTimeout(() => void ask(), REST_MS);
    };

    const changed = (changes: Changes) => {
      const { object, filter, sort, group, search } = latest.current.question;
      if (changes.object !== object) return;
      if (changes.reload) {
        rereadSoon();
        otherOrder();
        return;
      }
      const known = changes.number <= latest.current.rows.after();
      const ordering = new Set([...sort, ...group].map(({ field }) => field));
      const choosing = new Set(fieldsOf(filter));
      for (const id of changes.gone) {
        if (isHere(id)) otherOrder();
        latest.current.rows.vanish(id);
      }
      for (const row of changes.rows) {
        const [id, version] = row;
        const touched = changes.changed[id] ?? [];
        if (!known) {
          const moved = touched.some((key) => ordering.has(key) || (key === 'place' && sort.length === 0));
          if (isHere(id) && moved) otherOrder();
          if (changes.new.includes(id) || search !== '' || touched.some((key) => choosing.has(key))) doubt(id);
        }
        const cells = cellsOf(changes, row);
        const there = others();
        if (there) there.changed(id, version, cells);
        else source.patch(id, version, cells);
      }
    };
    // What came while the order was on its way.
    for (const told of lately(question.object)) if (told.number > latest.current.rows.after()) changed(told);
    const stops = [live.on('changes', changed), live.on('reset', () => latest.current.rows.refresh())];
    return () => {
      ended = true;
      for (const stop of stops) stop();
      clearTimeout(check);
      clearTimeout(reread);
    };
  }, [source, key, others, question.object]);

  return moved === key;
}
