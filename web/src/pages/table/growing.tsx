import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, ObjectInfo } from '@/api/types';
import { arriving } from '@/ui/arriving';
import { useMessage } from '@/ui/messages';

const ConfirmDialog = lazy(() => arriving(() => import('@/ui/ConfirmDialog')));

/** Asks before what was pasted below the last row becomes new records. */
export function useGrowing(
  object: ObjectInfo,
  grow: (rows: Record<string, Cell>[]) => Promise<void>,
): { ask: (rows: Record<string, Cell>[]) => void; dialog: ReactNode } {
  const { t } = useTranslation('table');
  const message = useMessage();
  const [rows, setRows] = useState<Record<string, Cell>[] | null>(null);
  const ask = (pasted: Record<string, Cell>[]) => {
    if (pasted.every((values) => values[object.title_field])) {
      setRows(pasted);
      return;
    }
    const name = object.fields.find(({ key }) => key === object.title_field)?.label;
    void message.warning(t('grow.nameless', { name }));
  };
  const dialog = rows && (
    <Suspense>
      <ConfirmDialog
        danger={false}
        title={t('grow.title', { count: rows.length })}
        okText={t('grow.ok')}
        onOk={() => grow(rows)}
        onClose={() => setRows(null)}
      >
        {t('grow.text')}
      </ConfirmDialog>
    </Suspense>
  );
  return { ask, dialog };
}
