import '@/i18n/privacy';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { type ErasePreview, erasePerson, erasuresQuery, fetchPackage, readErasePreview } from '@/api/privacy';
import type { ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './person.module.css';

interface Props {
  object: ObjectInfo;
  id: RecordId;
  name: string;
  onClose: () => void;
  onErased: () => void;
}

/** What can be done with all that is known of a person: it is fetched, or erased where the name is typed. */
export default function PersonDialog({ object, id, name, onClose, onErased }: Props) {
  const { t } = useTranslation('privacy');
  const message = useMessage();
  const fields = useId();
  const [typed, setTyped] = useState('');
  const [reference, setReference] = useState('');
  const preview = useQuery({
    queryKey: ['erase', object.key, id],
    queryFn: ({ signal }) => readErasePreview(object.key, id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const erase = useMutation({
    mutationFn: () => erasePerson(object.key, id, typed, reference),
    onSuccess: ({ number }) => {
      void message.success(t('erase.done', { number }));
      void queryClient.invalidateQueries(erasuresQuery);
      recordsChanged(null);
      onErased();
    },
    onError: (error) => void message.error(errorText(error)),
  });
  const fetching = useMutation({
    mutationFn: () => fetchPackage(object.key, id),
    onError: (error) => void message.error(errorText(error)),
  });
  const { data } = preview;
  return (
    <Modal
      open
      width={520}
      title={t('dialog', { name })}
      okText={erase.isPending ? t('erase.running') : t('erase.ok')}
      okButtonProps={{ danger: true, disabled: !data || typed.trim() !== data.confirm }}
      confirmLoading={erase.isPending}
      onOk={() => erase.mutate()}
      onCancel={onClose}
    >
      <h3 className={styles.title}>{t('package.title')}</h3>
      <p className={styles.text}>{t('package.text')}</p>
      <Button className={styles.act} loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {fetching.isPending ? t('package.running') : t('package.ok')}
      </Button>
      <h3 className={styles.title}>{t('erase.title')}</h3>
      <p className={styles.text}>{t('erase.text')}</p>
      {preview.error ? (
        <Failed text={errorText(preview.error)} onRetry={() => void preview.refetch()} />
      ) : data ? (
        <>
          <Told data={data} />
          <label className={styles.label} htmlFor={`${fields}-name`}>
            {t('erase.confirm', { name: data.confirm })}
          </label>
          <Input
            id={`${fields}-name`}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
          <label className={styles.label} htmlFor={`${fields}-reference`}>
            {t('erase.reference')}
          </label>
          <Input
            id={`${fields}-reference`}
            value={reference}
            maxLength={80}
            onChange={(event) => setReference(event.target.value)}
          />
        </>
      ) : (
        <LinesLoading rows={4} />
      )}
    </Modal>
  );
}

const KINDS = ['texts', 'history', 'comments', 'notices', 'imports', 'exports', 'files', 'answers'] as const;

function Told({ data }: { data: ErasePreview }) {
  const { t } = useTranslation('privacy');
  const { objects } = useObjects();
  return (
    <>
      <p className={styles.will}>{t('erase.will')}</p>
      <ul className={styles.list} aria-label={t('erase.will')}>
        {Object.entries(data.records).map(([key, count]) => (
          <li key={key}>
            {t('erase.records', { count, object: labelOf(objects.find((one) => one.key === key)?.plural) })}
          </li>
        ))}
        {KINDS.filter((kind) => (data.counts[kind] ?? 0) > 0).map((kind) => (
          <li key={kind}>{t(`erase.${kind}`, { count: data.counts[kind] ?? 0 })}</li>
        ))}
      </ul>
    </>
  );
}
