import '@/i18n/rights';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RecordId } from '@/api/types';
import { arriving } from '@/ui/arriving';
import { ShareAltOutlined } from '@/ui/more-icons';

const ShareDialog = lazy(() => arriving(() => import('./ShareDialog')));

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
  /** Whether one may change the record oneself: nobody gives more than he has. */
  mayWrite: boolean;
}

/** Opens the list of those with whom a record is shared. */
export function ShareButton(props: Props) {
  const { t } = useTranslation('rights');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<ShareAltOutlined />}
        title={t('share.open')}
        aria-label={t('share.open')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open ? (
        <Suspense>
          <ShareDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
