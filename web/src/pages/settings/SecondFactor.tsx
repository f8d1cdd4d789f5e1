import '@/i18n/second';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { newRecoveryCodes, secondQuery, turnSecondOff } from '@/api/second';
import { dateTime } from '@/i18n/time';
import { useMessage } from '@/ui/messages';
import { StateDot } from '@/ui/PlainTable';
import { Failed, LinesLoading } from '@/ui/states';
import { PasswordAsk } from './PasswordAsk';
import { RecoveryCodes } from './RecoveryCodes';
import { Section } from './Section';
import styles from './second.module.css';

const SetUpSecondFactor = lazy(() => import('./SetUpSecondFactor'));
type Step = 'setUp' | 'newCodes' | 'turnOff';

/** One's own second factor: set up, with other recovery codes, or off again. */
export function SecondFactor() {
  const { t } = useTranslation('second');
  const state = useQuery(secondQuery);
  const [step, setStep] = useState<Step | null>(null);
  const close = () => {
    setStep(null);
    void queryClient.invalidateQueries(secondQuery);
  };
  return (
    <Section title={t('title')} text={t('text')}>
      {state.error ? (
        <Failed text={errorText(state.error)} onRetry={() => void state.refetch()} />
      ) : !state.data ? (
        <LinesLoading rows={1} />
      ) : state.data.on ? (
        <>
          <p className={styles.state}>
            <StateDot tone="done">{t('onSince', { day: dateTime(state.data.since ?? '') })}</StateDot>
            <span className={styles.text}>{t('codesLeft', { count: state.data.codes_left })}</span>
          </p>
          <div className={styles.acts}>
            <Button onClick={() => setStep('newCodes')}>{t('newCodes')}</Button>
            {state.data.compulsory ? (
              <span className={styles.text}>{t('compulsory')}</span>
            ) : (
              <Button type="text" danger onClick={() => setStep('turnOff')}>
                {t('turnOff')}
              </Button>
            )}
          </div>
        </>
      ) : (
        <>
          <p className={styles.state}>
            <StateDot tone="off">{t('off')}</StateDot>
          </p>
          <Button onClick={() => setStep('setUp')}>{t('setUp')}</Button>
        </>
      )}
      <Modal
        title={step === 'turnOff' ? t('turnOffTitle') : step === 'newCodes' ? t('newCodesTitle') : t('setUp')}
        open={step !== null}
        width={440}
        footer={null}
        destroyOnHidden
        // The recovery codes are shown once: no slip of the hand may take them away.
        mask={{ closable: false }}
        onCancel={close}
      >
        {step === 'setUp' ? (
          <Suspense fallback={<LinesLoading rows={3} />}>
            <SetUpSecondFactor onDone={close} />
          </Suspense>
        ) : step === 'newCodes' ? (
          <NewCodes onDone={close} />
        ) : step === 'turnOff' ? (
          <TurnOff onDone={close} />
        ) : null}
      </Modal>
    </Section>
  );
}

function NewCodes({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('second');
  const make = useMutation({ mutationFn: newRecoveryCodes });
  if (make.data) return <RecoveryCodes codes={make.data} onDone={onDone} />;
  return (
    <PasswordAsk
      text={t('newCodesText')}
      submit={t('newCodes')}
      busy={make.isPending}
      error={make.error}
      onPassword={make.mutate}
    />
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('second');
  const message = useMessage();
  const off = useMutation({
    mutationFn: turnSecondOff,
    onSuccess: () => {
      void message.success(t('turnedOff'));
      onDone();
    },
  });
  return (
    <PasswordAsk
      text={t('turnOffText')}
      submit={t('turnOffTitle')}
      danger
      busy={off.isPending}
      error={off.error}
      onPassword={off.mutate}
    />
  );
}
