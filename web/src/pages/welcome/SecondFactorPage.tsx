import '@/i18n/second';
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { browserHasPasskeys } from '@/api/passkeys';
import { meQuery } from '@/api/session';
import { waysQuery } from '@/api/ways';
import SetUpSecondFactor from '@/pages/settings/SetUpSecondFactor';
import { Failed, LinesLoading } from '@/ui/states';
import { Frame } from './Frame';
import styles from './welcome.module.css';

const MakePasskey = lazy(async () => ({ default: (await import('@/pages/settings/Passkeys')).MakePasskey }));

/** For somebody whose role has to have a second factor and who has none yet: nothing else comes before it. */
export default function SecondFactorPage() {
  const { t } = useTranslation(['second', 'ways']);
  const ways = useQuery(waysQuery);
  const [byPasskey, setByPasskey] = useState(false);
  const { return: back } = useSearch({ from: '/second-factor' });
  const router = useRouter();
  const me = useQuery(meQuery);
  const goOn = () => {
    queryClient.clear();
    router.history.push(back && /^\/(?![/\\])/.test(back) ? back : '/');
  };
  return (
    <Frame>
      <h1 className={styles.title}>{t('neededTitle')}</h1>
      <p className={styles.lead}>{t('neededText')}</p>
      <div className={styles.form}>
        {me.data ? (
          byPasskey ? (
            <Suspense fallback={<LinesLoading rows={3} />}>
              <MakePasskey onDone={goOn} />
            </Suspense>
          ) : (
            <>
              <SetUpSecondFactor onDone={goOn} />
              {ways.data?.passkeys && browserHasPasskeys() ? (
                <Button type="link" onClick={() => setByPasskey(true)}>
                  {t('ways:passkeys.instead')}
                </Button>
              ) : null}
            </>
          )
        ) : me.error ? (
          <Failed text={errorText(me.error)} onRetry={() => void me.refetch()} />
        ) : (
          <LinesLoading rows={3} />
        )}
      </div>
    </Frame>
  );
}
