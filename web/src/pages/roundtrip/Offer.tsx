import '@/i18n/roundtrip';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { compareUpload, type ExportInfo } from '@/api/comparisons';
import { errorText } from '@/api/errors';
import { labelOf, useObject } from '@/api/objects';
import { dateTime } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { Statement } from '@/ui/states';
import { comparisonKey } from './keys';

interface Props {
  id: number;
  info: ExportInfo;
  onOrdinary: () => void;
}

/** A file that is known came back: compare it, or import it as any other. */
export default function Offer({ id, info, onOrdinary }: Props) {
  const { t } = useTranslation('roundtrip');
  const message = useMessage();
  const navigate = useNavigate({ from: '/import' });
  const object = useObject(info.object);
  const compare = useMutation({
    mutationFn: () => compareUpload(id),
    onSuccess: (found) => {
      queryClient.setQueryData(comparisonKey(found.id), found);
      void queryClient.invalidateQueries({ queryKey: ['import', id] });
      if (found.id !== id) void navigate({ search: { id: found.id } });
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const told = { object: labelOf(object?.plural), at: dateTime(info.at), by: info.by };
  return (
    <Statement title={t('offer.title')} text={t(info.by ? 'offer.text' : 'offer.textNobody', told)} role="status">
      <Button type="primary" loading={compare.isPending} onClick={() => compare.mutate()}>
        {compare.isPending ? t('offer.comparing') : t('offer.compare')}
      </Button>
      <Button onClick={onOrdinary}>{t('offer.import')}</Button>
    </Statement>
  );
}
