import '@/i18n/comments';
import { useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '@/api/cache';
import { readMarks } from '@/api/comments';
import { live } from '@/api/live';
import type { ObjectKey, RecordId } from '@/api/types';
import { onCommented } from '@/commands/commented';

/** How many open comments there are on each of these records and its cells; a list of ids is one request. */
export function useMarks(object: ObjectKey, lists: readonly RecordId[][]): ReadonlyMap<RecordId, number> {
  useEffect(() => {
    const anew = () => void queryClient.invalidateQueries({ queryKey: ['marks', object] });
    const stops = [
      live.on('comments', (told) => told.object === object && anew()),
      live.on('open', anew),
      onCommented((key) => key === object && anew()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [object]);
  return useQueries({
    queries: lists.map((ids) => ({
      queryKey: ['marks', object, ids],
      queryFn: () => readMarks(object, ids),
      enabled: ids.length > 0,
    })),
    combine: counted,
  });
}

function counted(answers: { data: Awaited<ReturnType<typeof readMarks>> | undefined }[]) {
  const found = new Map<RecordId, number>();
  for (const [id, , count] of answers.flatMap(({ data }) => data ?? [])) found.set(id, (found.get(id) ?? 0) + count);
  return found;
}
