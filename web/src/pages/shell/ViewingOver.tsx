import { useTranslation } from 'react-i18next';
import { Statement } from '@/ui/states';
import { StopViewing } from './StopViewing';

/** All there is where one may look as that person no more, until one goes on as oneself. */
export default function ViewingOver({ text }: { text: string }) {
  const { t } = useTranslation('viewing');
  return (
    <Statement heading="h1" role="alert" title={t('overTitle')} text={text}>
      <StopViewing />
    </Statement>
  );
}
