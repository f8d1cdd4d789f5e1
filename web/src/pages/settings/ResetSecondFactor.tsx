import '@/i18n/second';
import { useMutation } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { accountsQuery } from '@/api/company';
import { errorText } from '@/api/errors';
import { resetSecond } from '@/api/second';
import type { Account } from '@/api/types';
import { useMessage } from '@/ui/messages';

/** Lets somebody who lost telephone and recovery codes in again. */
export function ResetSecondFactor({ account }: { account: Account }) {
  const { t } = useTranslation('second');
  const message = useMessage();
  const { name } = account;
  const reset = useMutation({
    mutationFn: () => resetSecond(account.id),
    onSuccess: () => {
      void message.success(t('wasReset', { name }));
      return queryClient.invalidateQueries(accountsQuery);
    },
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Popconfirm
      title={t('resetAsk', { name })}
      okText={t('reset')}
      okButtonProps={{ danger: true }}
      onConfirm={() => reset.mutate()}
    >
      <Button size="small" type="text" loading={reset.isPending} aria-label={t('resetOf', { name })}>
        {t('reset')}
      </Button>
    </Popconfirm>
  );
}
