import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { arriving } from '@/ui/arriving';
import { MergeOutlined } from '@/ui/more-icons';

const MergeDialog = lazy(() => arriving(() => import('./MergeDialog')));

interface Props {
  object: ObjectInfo;
  id: RecordId;
  context: FieldContext;
  onDone: (kept: RecordId) => void;
}

/** Merges an open record with another one. */
export function MergeButton({ id, ...props }: Props) {
  const { t } = useTranslation('table');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<MergeOutlined />}
        title={t('record.merge')}
        aria-label={t('record.merge')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open ? (
        <Suspense>
          <MergeDialog {...props} ids={[id]} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
