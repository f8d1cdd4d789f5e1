import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { useObject } from '@/api/objects';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import { CardsPage } from './CardsPage';
import { GridPage } from './GridPage';
import { useTableState } from './table-state';

export default function TablePage() {
  const { t } = useTranslation('table');
  const { object: key } = useParams({ from: '/shell/o/$object' });
  const object = useObject(key);
  if (!object) return <Statement title={t('empty.noObject')} role="alert" />;
  return <Table key={object.key} object={object} />;
}

function Table({ object }: { object: NonNullable<ReturnType<typeof useObject>> }) {
  const state = useTableState(object);
  const narrow = useNarrow();
  if (state.error && !state.views) return <Failed text={errorText(state.error)} onRetry={state.retry} />;
  if (!state.views) return <LinesLoading rows={12} />;
  return narrow ? <CardsPage object={object} state={state} /> : <GridPage object={object} state={state} />;
}
