import '@/i18n/ways';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { browserHasPasskeys, signInByPasskey } from '@/api/passkeys';
import { waysQuery } from '@/api/ways';
import styles from './welcome.module.css';

/** What helps somebody in who has no password at hand. */
export default function OtherWays({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('ways');
  const ways = useQuery(waysQuery);
  return (
    <div className={styles.ways}>
      {ways.data?.passkeys && browserHasPasskeys() ? (
        <PasskeyButton text={t('passkeys.signIn')} onDone={onDone} />
      ) : null}
      {ways.data?.reset ? <Link to="/forgotten">{t('forgotten.link')}</Link> : null}
    </div>
  );
}

/** The browser's own dialog, and in. */
export function PasskeyButton(props: { text: string; afterPassword?: boolean; onDone: () => void }) {
  const { text, afterPassword = false, onDone } = props;
  const signIn = useMutation({ mutationFn: () => signInByPasskey(afterPassword), onSuccess: onDone });
  return (
    <>
      {signIn.error ? <Alert type="error" showIcon role="alert" title={errorText(signIn.error)} /> : null}
      <Button block size="large" loading={signIn.isPending} onClick={() => signIn.mutate()}>
        {text}
      </Button>
    </>
  );
}
