import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RecordId } from '@/api/types';
import { arriving } from '@/ui/arriving';
import { IdcardOutlined } from '@/ui/icons';

const PersonDialog = lazy(() => arriving(() => import('./PersonDialog')));

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
  onErased: () => void;
}

/** Opens what can be done with a person's data. */
export function PersonButton(props: Props) {
  const { t } = useTranslation('table');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<IdcardOutlined />}
        title={t('record.personal')}
        aria-label={t('record.personal')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open ? (
        <Suspense>
          <PersonDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
