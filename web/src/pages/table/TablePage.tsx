import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { errorText } from '@/api/errors';
import { useObject } from '@/api/objects';
import { NothingHere } from '@/pages/shell/outcomes';
import { Failed, LinesLoading } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { GridPage } from './GridPage';
import { useTableState } from './table-state';

const PastTable = lazy(() => import('@/pages/memory/PastTable'));
const CardsPage = lazy(() => import('./CardsPage'));
const GalleryPage = lazy(() => import('@/pages/gallery/GalleryPage'));
const FormPage = lazy(() => import('@/pages/form/FormPage'));
const CalendarPage = lazy(() => import('@/pages/calendar/CalendarPage'));
const BoardPage = lazy(() => import('@/pages/board/BoardPage'));

/** Views that are no tables. */
const PAGES = { board: BoardPage, calendar: CalendarPage, gallery: GalleryPage, form: FormPage } as const;

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
  if (state.asOf) {
    return (
      <Suspense fallback={<LinesLoading rows={12} />}>
        <PastTable object={object} state={state} asOf={state.asOf} />
      </Suspense>
    );
  }
  const kind = state.view?.kind ?? 'grid';
  if (kind === 'grid' && !narrow) return <GridPage object={object} state={state} />;
  const Page = kind === 'grid' ? CardsPage : PAGES[kind];
  return (
    <Suspense fallback={<LinesLoading rows={10} />}>
      <Page key={state.view?.id} object={object} state={state} />
    </Suspense>
  );
}
