import '@/i18n/rights';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectInfo, RecordId } from '@/api/types';
import { arriving } from '@/ui/arriving';
import { EyeOutlined } from '@/ui/more-icons';

const WhyDialog = lazy(() => arriving(() => import('./WhyDialog')));

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
}

/** Opens the answer to why somebody sees a record, or does not. */
export function WhyButton(props: Props) {
  const { t } = useTranslation('rights');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<EyeOutlined />}
        title={t('why.open')}
        aria-label={t('why.open')}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {open ? (
        <Suspense>
          <WhyDialog {...props} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
