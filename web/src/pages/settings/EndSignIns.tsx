import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { signOutEverywhere } from '@/api/sign-ins';
import type { Account } from '@/api/types';
import { useMessage } from '@/ui/messages';

/** Signs somebody out of all their browsers, as when a telephone was lost. */
export function EndSignIns({ account }: { account: Account }) {
  const { t } = useTranslation('settings');
  const message = useMessage();
  const end = useMutation({
    mutationFn: () => signOutEverywhere(account.id),
    onSuccess: ({ ended }) => void message.success(t('signIns.endedOf', { name: account.name, count: ended })),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Popconfirm
      title={t('signIns.endAllAsk', { name: account.name })}
      okText={t('signIns.endAll')}
      onConfirm={() => end.mutate()}
    >
      <Button
        size="small"
        type="text"
        loading={end.isPending}
        aria-label={t('signIns.endAllOf', { name: account.name })}
      >
        {t('signIns.endAll')}
      </Button>
    </Popconfirm>
  );
}
