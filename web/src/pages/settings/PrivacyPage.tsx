import '@/i18n/privacy';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { download } from '@/api/exports';
import { labelOf, useObjects } from '@/api/objects';
import { erasuresQuery, paperOf } from '@/api/privacy';
import { useMe } from '@/api/session';
import { dateTime } from '@/i18n/time';
import { PlainTable } from '@/ui/PlainTable';
import { Failed, Forbidden, LinesLoading, Statement } from '@/ui/states';
import { Head } from './Section';

export default function PrivacyPage() {
  const { rights } = useMe();
  return rights.privacy ? <Erasures /> : <Forbidden />;
}

/** The certificates of those who were erased. */
function Erasures() {
  const { t } = useTranslation('privacy');
  const { objects } = useObjects();
  const erasures = useQuery(erasuresQuery);
  return (
    <>
      <Head title={t('title')} text={t('text')} />
      {erasures.error ? (
        <Failed text={errorText(erasures.error)} onRetry={() => void erasures.refetch()} />
      ) : !erasures.data ? (
        <LinesLoading />
      ) : erasures.data.length === 0 ? (
        <Statement title={t('empty')} text={t('emptyText')} />
      ) : (
        <PlainTable label={t('title')} head={[t('at'), t('record'), t('number'), t('reference'), t('by'), '']}>
          {erasures.data.map((one) => (
            <tr key={one.number}>
              <td>{dateTime(one.at)}</td>
              <td>
                {labelOf(objects.find((object) => object.key === one.object)?.label)} {one.label}
              </td>
              <td>{one.number}</td>
              <td>{one.reference}</td>
              <td>{one.by.name}</td>
              <td>
                <Button
                  size="small"
                  type="text"
                  aria-label={t('paperOf', { number: one.number })}
                  onClick={() => download(paperOf(one))}
                >
                  {t('paper')}
                </Button>
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </>
  );
}
