import '@/i18n/viewing';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { endViewing } from '@/api/viewing';
import { useMessage } from '@/ui/messages';

/** Ends looking as somebody else and goes back to where it began; everything is fetched anew. */
export function StopViewing({ size }: { size?: 'small' }) {
  const { t } = useTranslation('viewing');
  const message = useMessage();
  const stop = useMutation({
    mutationFn: endViewing,
    onSuccess: () => window.location.assign('/settings/people'),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Button type="primary" size={size} loading={stop.isPending || stop.isSuccess} onClick={() => stop.mutate()}>
      {t('stop')}
    </Button>
  );
}
