import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '@/api/cache';
import { readThreads } from '@/api/comments';
import type { ObjectInfo, RecordId } from '@/api/types';

/** The threads of a record, as others go on in them. */
export function useThreads(object: ObjectInfo, id: RecordId) {
  useEffect(() => {
    const anew = () => void queryClient.invalidateQueries({ queryKey: ['comments', object.key, id] });
    const stops: (() => void)[] = [];
    let ended = false;
    // By itself it would be fetched before the first rows: the page needs it in too many places.
    void import('@/api/live').then(({ live }) => {
      if (ended) return;
      stops.push(
        live.on('comments', (told) => {
          if (told.object === object.key && (told.records?.includes(id) ?? true)) anew();
        }),
        live.on('open', anew),
      );
    });
    return () => {
      ended = true;
      for (const stop of stops) stop();
    };
  }, [object.key, id]);
  return useInfiniteQuery({
    queryKey: ['comments', object.key, id],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => readThreads(object.key, id, pageParam, signal),
    getNextPageParam: (last, pages) =>
      last.more ? pages.reduce((sum, page) => sum + page.threads.length, 0) : undefined,
  });
}
