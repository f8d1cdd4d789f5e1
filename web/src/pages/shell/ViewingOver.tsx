import { useTranslation } from 'react-i18next';
import { Mark } from '@/ui/Mark';
import { Statement } from '@/ui/states';
import styles from './outcomes.module.css';
import { StopViewing } from './StopViewing';

/** All there is where one may look as somebody no more, until one goes on as oneself. */
export default function ViewingOver() {
  const { t } = useTranslation('viewing');
  return (
    <main className={styles.page}>
      <Statement heading="h1" role="alert" picture={<Mark size={48} />} title={t('overTitle')} text={t('overText')}>
        <StopViewing />
      </Statement>
    </main>
  );
}
