import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { addSampleData } from '@/api/imports';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import { useMessage } from '@/ui/messages';
import { Statement } from '@/ui/states';
import styles from './table.module.css';
import type { TableState } from './table-state';

interface Props {
  object: ObjectInfo;
  /** There may be records, but none that the filter or the search lets through. */
  filtered: boolean;
  /** Why the server does not answer this question: a filter by a field that is gone. */
  refusal: string | null;
  state: TableState;
  onAdd: () => void;
}

export default function EmptyTable({ object, filtered, refusal, state, onAdd }: Props) {
  const { t } = useTranslation('table');
  const message = useMessage();
  const navigate = useNavigate();
  const plural = labelOf(object.plural);
  const sample = useMutation({
    mutationFn: () => undoable(addSampleData()),
    onSuccess: () => {
      recordsChanged(null);
      void queryClient.invalidateQueries();
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <div className={styles.emptyTable} data-refused={refusal !== null}>
      {refusal !== null ? (
        <Statement title={t('empty.refused')} text={refusal} role="alert">
          <Button
            type="primary"
            onClick={() => {
              state.setSort([]);
              state.showAll();
            }}
          >
            {t('empty.clear')}
          </Button>
        </Statement>
      ) : filtered ? (
        <Statement title={t('empty.filtered', { object: plural })} text={t('empty.filteredText')} role="status">
          <Button onClick={state.showAll}>{t('empty.clear')}</Button>
        </Statement>
      ) : (
        <Statement title={t('empty.title', { object: plural })} text={t('empty.text')} role="status">
          {object.rights.import ? (
            <Button type="primary" onClick={() => void navigate({ to: '/import', search: { object: object.key } })}>
              {t('empty.import')}
            </Button>
          ) : null}
          {object.key === 'customers' && object.rights.create ? (
            <Button loading={sample.isPending} onClick={() => sample.mutate()}>
              {t('empty.sample')}
            </Button>
          ) : null}
          {object.rights.create ? <Button onClick={onAdd}>{t('empty.add')}</Button> : null}
        </Statement>
      )}
    </div>
  );
}
