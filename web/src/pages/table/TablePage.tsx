import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { errorText } from '@/api/errors';
import { useObject } from '@/api/objects';
import { NothingHere } from '@/pages/shell/outcomes';
import { Failed, LinesLoading } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { GridPage } from './GridPage';
import { useTableState } from './table-state';

const CardsPage = lazy(() => import('./CardsPage'));

export default function TablePage() {
  const { object: key } = useParams({ from: '/shell/o/$object' });
  const object = useObject(key);
  if (!object) return <NothingHere />;
  return <Table key={object.key} object={object} />;
}

function Table({ object }: { object: NonNullable<ReturnType<typeof useObject>> }) {
  const state = useTableState(object);
  const narrow = useNarrow();
  if (state.error && !state.views) return <Failed text={errorText(state.error)} onRetry={state.retry} />;
  if (!state.views) return <LinesLoading rows={12} />;
  if (!narrow) return <GridPage object={object} state={state} />;
  return (
    <Suspense fallback={<LinesLoading rows={10} />}>
      <CardsPage object={object} state={state} />
    </Suspense>
  );
}
