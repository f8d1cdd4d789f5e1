import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import type { Gains } from '@/api/rights';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './rights.module.css';
import { useObjectName } from './role-words';

interface Props {
  title: string;
  /** What is asked about, the same for the same change. */
  about: unknown[];
  ask: () => Promise<Gains>;
  /** Fails by itself with a message of its own; the dialog then stays. */
  onOk: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** Says who would gain and lose how much, before it is saved. */
export default function GainsDialog({ title, about, ask, onOk, onClose, children }: Props) {
  const { t } = useTranslation('rights');
  const [busy, setBusy] = useState(false);
  const told = useQuery({
    queryKey: ['gains', ...about],
    queryFn: ask,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const act = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await onOk();
      onClose();
    } catch {
      // It was told; the dialog stays, with what was changed.
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={560}
      title={title}
      okText={t('gains.confirm')}
      okButtonProps={{ disabled: !told.isSuccess || told.isFetching }}
      confirmLoading={busy}
      onOk={() => void act()}
      onCancel={onClose}
    >
      {children}
      <section className={styles.gains} aria-label={t('gains.title')} aria-busy={told.isFetching}>
        <h3>{t('gains.title')}</h3>
        {told.error ? (
          <Failed text={errorText(told.error)} onRetry={() => void told.refetch()} />
        ) : told.data && !told.isFetching ? (
          <People told={told.data} />
        ) : (
          <LinesLoading rows={3} />
        )}
      </section>
    </Modal>
  );
}

function People({ told: { people, more } }: { told: Gains }) {
  const { t } = useTranslation('rights');
  const nameOf = useObjectName();
  return (
    <>
      <p role="status">{people.length > 0 ? t('gains.sum', { count: people.length }) : t('gains.none')}</p>
      {people.length > 0 ? (
        <ul className={styles.people}>
          {people.map((person) => (
            <li key={person.id}>
              <b>{person.name}</b>
              <dl>
                {person.changes.map(({ object, verb, gains, loses }) => (
                  <div key={`${object} ${verb}`}>
                    <dt>{t('gains.line', { object: nameOf(object), verb: t(`verb.${verb}`) })}</dt>
                    {gains > 0 ? <dd data-tone="more">{t('gains.gains', { count: gains })}</dd> : null}
                    {loses > 0 ? <dd data-tone="less">{t('gains.loses', { count: loses })}</dd> : null}
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ul>
      ) : null}
      {more > 0 ? <p className={styles.quiet}>{t('gains.more', { count: more })}</p> : null}
    </>
  );
}
