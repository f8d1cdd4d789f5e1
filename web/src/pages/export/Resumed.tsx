import { useEffect } from 'react';
import { readExports } from '@/api/exports';
import { isOver } from '@/api/jobs';
import { labelOf, useObjects } from '@/api/objects';
import { followed, useFollowExport } from './follow';

/** Exports that were begun before the page was loaded: they show again how far they are, and give their file. */
export default function Resumed() {
  const follow = useFollowExport();
  const { objects } = useObjects();
  useEffect(() => {
    if (!objects.some(({ rights }) => rights.export)) return;
    void readExports()
      .catch(() => [])
      .then((found) => {
        for (const one of found) {
          const object = objects.find(({ key }) => key === one.object);
          if (object && !isOver(one) && !followed.has(one.id)) follow(one.id, labelOf(object.plural), true);
        }
      });
  }, [follow, objects]);
  return null;
}
