import { lazy, Suspense, useState } from 'react';
import type { ConflictDetails, ObjectInfo, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { arriving } from '@/ui/arriving';
import type { AskConflict } from './saving';

const ConflictDialog = lazy(() => arriving(() => import('./ConflictDialog')));

interface Open {
  id: RecordId;
  details: ConflictDetails;
  answer: (mine: string[]) => void;
}

/** Gives the question to ask and the dialog that asks it, one conflict after the other. */
export function useConflicts(object: ObjectInfo, context: FieldContext, nameOf: (id: RecordId) => string) {
  const [queue, setQueue] = useState<Open[]>([]);
  const [ask] = useState<AskConflict>(
    () => (id: RecordId, details: ConflictDetails) =>
      new Promise<string[]>((answer) => setQueue((before) => [...before, { id, details, answer }])),
  );
  const [open] = queue;
  const dialog = open ? (
    <Suspense>
      <ConflictDialog
        key={`${open.id} ${open.details.version}`}
        object={object}
        context={context}
        name={nameOf(open.id)}
        details={open.details}
        onAnswer={(mine) => {
          setQueue((before) => before.slice(1));
          open.answer(mine);
        }}
      />
    </Suspense>
  ) : null;
  return { ask, dialog };
}
