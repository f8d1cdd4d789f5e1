import '@/i18n/viewing';
import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import type { Account } from '@/api/types';
import { beginViewing } from '@/api/viewing';
import { useMessage } from '@/ui/messages';

/** Shows the whole program as this person sees it, in this browser, until one stops. */
export function ViewAs({ account: { id, name } }: { account: Account }) {
  const { t } = useTranslation('viewing');
  const message = useMessage();
  const begin = useMutation({
    mutationFn: () => beginViewing(id),
    // Nothing that was fetched for oneself may be taken for what that person sees.
    onSuccess: () => window.location.assign('/'),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Popconfirm title={t('ask', { name })} okText={t('begin')} onConfirm={() => begin.mutate()}>
      <Button size="small" type="text" loading={begin.isPending || begin.isSuccess} aria-label={t('beginOf', { name })}>
        {t('begin')}
      </Button>
    </Popconfirm>
  );
}
