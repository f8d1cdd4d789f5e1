import '@/i18n/memory';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { type PastStep, readPast } from '@/api/memory';
import { labelOf } from '@/api/objects';
import type { Cell, Field, ObjectInfo, RecordId } from '@/api/types';
import { dateTime, timeAgo } from '@/i18n/time';
import { Beside } from '@/ui/Beside';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './memory.module.css';

interface Props {
  object: ObjectInfo;
  id: RecordId;
  field: Field;
  /** Where the cell is. */
  anchor: DOMRect;
  /** Writes a value that the cell had, answers why not; null where this person may not. */
  onRestore: ((cell: Cell) => Promise<string | null>) | null;
  onClose: () => void;
}

/** The values that a cell had, beside it: who wrote each, when and how; an old one can be written again. */
export default function CellPast({ object, id, field, anchor, onRestore, onClose }: Props) {
  const { t } = useTranslation(['memory', 'table']);
  const message = useMessage();
  const past = useQuery({
    queryKey: ['past', object.key, id, field.key],
    queryFn: ({ signal }) => readPast(object.key, id, field.key, signal),
    staleTime: 0,
  });
  const restore = useMutation({
    mutationFn: async (step: PastStep) => onRestore?.(step.cell ?? null),
    onSuccess: (refused, step) => {
      if (refused) {
        void message.error(refused);
        return;
      }
      void message.success(t('past.restored', { value: step.text || t('past.blank') }));
      onClose();
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const title = t('past.title', { field: labelOf(field.label_all) });
  const steps = past.data?.steps ?? [];
  return (
    <Beside title={title} close={t('past.close')} anchor={anchor} onClose={onClose}>
      <div className={styles.past}>
        {past.error ? (
          <Failed text={errorText(past.error)} onRetry={() => void past.refetch()} />
        ) : past.isPending ? (
          <LinesLoading rows={3} />
        ) : steps.length === 0 ? (
          <p className={styles.quiet}>{t('past.empty')}</p>
        ) : (
          <ol>
            {steps.map((step, place) => (
              <li key={step.id}>
                <span className={styles.value} data-blank={!step.text}>
                  {step.turned
                    ? t('past.turned', { name: step.text || t('past.blank') })
                    : step.text || t('past.blank')}
                </span>
                {place === 0 ? (
                  <span className={styles.now}>{t('past.now')}</span>
                ) : onRestore && step.cell !== undefined && step.text !== steps[0]?.text ? (
                  <Button
                    type="link"
                    size="small"
                    loading={restore.isPending && restore.variables === step}
                    disabled={restore.isPending}
                    aria-label={t('past.restoreOf', { value: step.text || t('past.blank') })}
                    onClick={() => restore.mutate(step)}
                  >
                    {t('past.restore')}
                  </Button>
                ) : null}
                <span className={styles.by}>
                  {step.actor?.name ?? t('trash.system')}
                  {step.action === 'create' ? ` · ${t('past.created')}` : ''}
                  {step.via === 'table' ? '' : ` · ${t('past.by', { via: t(`table:timeline.via.${step.via}`) })}`}
                  {' · '}
                  <time dateTime={step.at} title={dateTime(step.at)}>
                    {timeAgo(step.at)}
                  </time>
                </span>
              </li>
            ))}
          </ol>
        )}
        {past.data?.more ? <p className={styles.quiet}>{t('past.more')}</p> : null}
      </div>
    </Beside>
  );
}
