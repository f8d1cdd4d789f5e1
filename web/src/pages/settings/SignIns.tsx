import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { endOtherSignIns, endSignIn, type SignInPlace, signInsQuery } from '@/api/sign-ins';
import { dateTime, timeAgo } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { PlainTable, StateDot } from '@/ui/PlainTable';
import { Failed, LinesLoading } from '@/ui/states';
import { deviceName } from './device';
import { Section } from './Section';
import styles from './settings.module.css';

/** Where one is signed in; one of these places is ended, or all others. */
export function SignIns() {
  const { t } = useTranslation('settings');
  const message = useMessage();
  const places = useQuery(signInsQuery);
  const failed = (error: unknown) => void message.error(errorText(error));
  const read = () => queryClient.invalidateQueries(signInsQuery);
  const end = useMutation({ mutationFn: endSignIn, onSuccess: read, onError: failed });
  const endOthers = useMutation({
    mutationFn: endOtherSignIns,
    onSuccess: ({ ended }) => {
      void message.success(t('signIns.ended', { count: ended }));
      return read();
    },
    onError: failed,
  });
  const nameOf = (place: SignInPlace) => deviceName(place.device) || t('signIns.unknown');
  return (
    <Section title={t('signIns.title')} text={t('signIns.text')}>
      {places.error ? (
        <Failed text={errorText(places.error)} onRetry={() => void places.refetch()} />
      ) : !places.data ? (
        <LinesLoading rows={2} />
      ) : (
        <>
          <PlainTable
            label={t('signIns.title')}
            head={[t('signIns.device'), t('signIns.address'), t('signIns.since'), t('signIns.lastUsed'), '']}
          >
            {places.data.map((place) => (
              <tr key={place.id}>
                <td title={place.device}>{nameOf(place)}</td>
                <td>{place.address}</td>
                <td>{dateTime(place.created_at)}</td>
                <td>
                  {place.current ? <StateDot tone="done">{t('signIns.here')}</StateDot> : timeAgo(place.last_used)}
                </td>
                <td className={styles.end}>
                  {place.current ? null : (
                    <Button
                      size="small"
                      type="text"
                      danger
                      aria-label={t('signIns.endOf', { name: nameOf(place) })}
                      loading={end.isPending && end.variables === place.id}
                      onClick={() => end.mutate(place.id)}
                    >
                      {t('signIns.end')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </PlainTable>
          {places.data.length > 1 ? (
            <div className={styles.after}>
              <Popconfirm
                title={t('signIns.endOthersAsk')}
                okText={t('signIns.endOthers')}
                okButtonProps={{ danger: true }}
                onConfirm={() => endOthers.mutate()}
              >
                <Button loading={endOthers.isPending}>{t('signIns.endOthers')}</Button>
              </Popconfirm>
            </div>
          ) : null}
        </>
      )}
    </Section>
  );
}
