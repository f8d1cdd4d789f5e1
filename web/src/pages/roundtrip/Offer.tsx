import '@/i18n/roundtrip';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ExportInfo } from '@/api/comparisons';
import { labelOf, useObjects } from '@/api/objects';
import { dateTime } from '@/i18n/time';
import { Statement } from '@/ui/states';
import styles from './roundtrip.module.css';
import { useCompare } from './useCompare';

interface Props {
  id: number;
  exports: ExportInfo[];
  /** Why it could not be compared the last time. */
  problem: string | undefined;
  onOrdinary: () => void;
}

/** A file that is known came back: compare it, or import it as any other. */
export default function Offer({ id, exports, problem, onOrdinary }: Props) {
  const { t } = useTranslation('roundtrip');
  const { objects } = useObjects();
  const compare = useCompare(id);
  const nameOf = (info: ExportInfo) => labelOf(objects.find(({ key }) => key === info.object)?.plural);
  const told = (info: ExportInfo) => ({ object: nameOf(info), at: dateTime(info.at), by: info.by });
  const [first] = exports;
  if (!first) return null;
  const text = exports.length > 1 ? t('offer.several') : t(first.by ? 'offer.text' : 'offer.textNobody', told(first));
  return (
    <>
      {problem ? (
        <p role="alert" className={styles.problem}>
          {t('offer.failed', { problem })}
        </p>
      ) : null}
      <Statement title={t('offer.title')} text={text} role="status">
        {exports.map((info) => {
          const pending = compare.isPending && (compare.variables ?? first.key) === info.key;
          const name =
            exports.length > 1 ? t('offer.compareOne', { name: nameOf(info), count: info.rows }) : t('offer.compare');
          return (
            <Button
              key={info.key}
              type={info === first ? 'primary' : 'default'}
              loading={pending}
              disabled={compare.isPending && !pending}
              onClick={() => compare.mutate(info.key)}
            >
              {pending ? t('offer.comparing') : name}
            </Button>
          );
        })}
        <Button onClick={onOrdinary}>{t('offer.import')}</Button>
      </Statement>
    </>
  );
}
