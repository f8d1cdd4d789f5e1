import '@/i18n/roundtrip';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { type Comparison, readComparison } from '@/api/comparisons';
import { errorText } from '@/api/errors';
import { labelOf, useObject } from '@/api/objects';
import { undoChangeSet } from '@/api/records';
import { Running } from '@/pages/import/Running';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { Choosing } from './Choosing';
import { comparisonKey } from './keys';
import { useCompare } from './useCompare';

interface Props {
  id: number;
  onOrdinary: () => void;
}

/** An export that came back: what differs, what is to be written, what became of it. */
export default function ComparisonPage({ id, onOrdinary }: Props) {
  const found = useQuery({
    queryKey: comparisonKey(id),
    queryFn: ({ signal }) => readComparison(id, signal),
    staleTime: 5_000,
  });
  if (found.error) return <Failed text={errorText(found.error)} onRetry={() => void found.refetch()} />;
  if (!found.data) return <LinesLoading />;
  switch (found.data.state) {
    case 'planned':
      return <Choosing comparison={found.data} onOrdinary={onOrdinary} />;
    case 'applying':
      return <Running id={id} job={found.data.job} />;
    default:
      return <Outcome comparison={found.data} />;
  }
}

/** What became of it, and the ways on: undo, compare again, the table. */
function Outcome({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation('roundtrip');
  const message = useMessage();
  const navigate = useNavigate();
  const object = useObject(comparison.object);
  const said = useSaid(comparison);
  const failed = (error: unknown) => void message.error(errorText(error));
  const undo = useMutation({
    mutationFn: undoChangeSet,
    onSuccess: () => queryClient.invalidateQueries(),
    onError: failed,
  });
  const again = useCompare(comparison.id);
  const { state, change_set: changeSet, kept } = comparison;
  const title = state === 'done' || state === 'undone' || state === 'cancelled' ? state : 'failed';
  const text =
    title === 'done'
      ? [said, kept > 0 ? t('result.kept', { count: kept }) : ''].filter(Boolean).join(' ')
      : [comparison.error?.message, t(`result.${title}Text`)].filter(Boolean).join(' ');
  return (
    <Statement title={t(`result.${title}`)} text={text} role={title === 'failed' ? 'alert' : 'status'}>
      <Button
        type={kept > 0 ? 'default' : 'primary'}
        onClick={() => void navigate({ to: '/o/$object', params: { object: comparison.object }, search: {} })}
      >
        {t('result.open', { object: labelOf(object?.plural) })}
      </Button>
      <Button type={kept > 0 ? 'primary' : 'default'} loading={again.isPending} onClick={() => again.mutate(undefined)}>
        {t('again')}
      </Button>
      {title === 'done' && changeSet !== null ? (
        <Button loading={undo.isPending} onClick={() => undo.mutate(changeSet)}>
          {undo.isPending ? t('result.undoing') : t('result.undo')}
        </Button>
      ) : null}
    </Statement>
  );
}

/** What is chosen, in words: 12 处修改、新建 2 行. */
export function useSaid({ counts: { chosen } }: Comparison): string {
  const { t } = useTranslation('roundtrip');
  return (['cells', 'created', 'restored', 'deleted'] as const)
    .filter((part) => chosen[part] > 0)
    .map((part) => t(`parts.${part}`, { count: chosen[part] }))
    .join(t('join'));
}
