import '@/i18n/comments';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { readMarks } from '@/api/comments';
import { live } from '@/api/live';
import type { ObjectKey } from '@/api/types';
import { keyLabel } from '@/commands/command';
import { onCommented } from '@/commands/commented';
import type { AskCell } from '@/grid/controller';
import { Notes } from '@/grid/notes';
import type { Others } from '@/grid/others';

/** Marks the cells that somebody says something about, as it is said. */
export function useNotes(object: ObjectKey, title: string, others: () => Others | null, onAsk: AskCell): void {
  const { t } = useTranslation('comments');
  const held = useRef<{ others: Others; notes: Notes } | null>(null);
  const latest = useRef({ t, onAsk });
  // After every render: another view has another grid, which is there a moment later than this.
  useEffect(() => {
    latest.current = { t, onAsk };
    const there = others();
    if (there === (held.current?.others ?? null)) return;
    held.current?.notes.destroy();
    held.current = there && {
      others: there,
      notes: new Notes(there, (ids) => readMarks(object, ids), {
        title,
        say: (count) => latest.current.t('mark', { count, keys: keyLabel('mod+alt+m') }),
        onOpen: (row, field, anchor) => latest.current.onAsk('comments', row, field, anchor),
      }),
    };
  });
  useEffect(() => {
    const stops = [
      live.on('comments', (told) => told.object === object && held.current?.notes.said(told.records)),
      live.on('open', () => held.current?.notes.said(null)),
      onCommented((key, ids) => key === object && held.current?.notes.said(ids)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [object]);
  useEffect(() => () => held.current?.notes.destroy(), []);
}
