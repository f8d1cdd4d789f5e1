import '@/i18n/memory';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { readPreview, type UndoPreview } from '@/api/memory';
import { labelOf, useObjects } from '@/api/objects';
import { recordsChanged } from '@/commands/changed';
import { undoThis } from '@/commands/undo';
import { timeAgo } from '@/i18n/time';
import { ArrowRightOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { Failed, LinesLoading } from '@/ui/states';
import styles from './memory.module.css';

interface Props {
  changeSet: number;
  onClose: () => void;
}

/** Shows what an undo would change back and what would stay, and does it where that is wanted. */
export default function UndoDialog({ changeSet, onClose }: Props) {
  const { t } = useTranslation(['memory', 'table']);
  const message = useMessage();
  const preview = useQuery({
    queryKey: ['changes', 'preview', changeSet],
    queryFn: ({ signal }) => readPreview(changeSet, signal),
    staleTime: 0,
    gcTime: 0,
  });
  const undo = useMutation({
    mutationFn: () => undoThis(changeSet),
    onSuccess: ({ undone, conflicts }) => {
      if (conflicts > 0) void message.warning(t('table:done.undoneSome', { count: conflicts }));
      else void message.success(t('table:done.undone', { count: undone }));
    },
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => {
      recordsChanged(null);
      onClose();
    },
  });
  const { data } = preview;
  return (
    <Modal
      open
      width={560}
      title={t('undo.title')}
      okText={undo.isPending ? t('undo.running') : t('undo.ok')}
      okButtonProps={{ disabled: !data || data.back === 0 }}
      confirmLoading={undo.isPending}
      onOk={() => undo.mutate()}
      onCancel={onClose}
    >
      <div className={styles.preview} aria-live="polite">
        {preview.error ? (
          <Failed text={errorText(preview.error)} />
        ) : data ? (
          <Preview data={data} />
        ) : (
          <LinesLoading rows={3} />
        )}
      </div>
    </Modal>
  );
}

function Preview({ data }: { data: UndoPreview }) {
  const { t } = useTranslation('memory');
  const { objects } = useObjects();
  const nameOf = (one: { object: string; record: { label: string } }) =>
    `${labelOf(objects.find((object) => object.key === one.object)?.label)} ${one.record.label}`.trim();
  const others = data.back - new Set(data.records.map((one) => `${one.object} ${one.record.id}`)).size;
  return (
    <>
      {data.looked < data.total ? (
        <p className={styles.note}>{t('undo.part', { total: data.total, looked: data.looked })}</p>
      ) : null}
      <h3>{data.back > 0 ? t('undo.back', { count: data.back }) : t('undo.backNone')}</h3>
      <ul>
        {data.records.map((one) => (
          <li key={`${one.act} ${one.object} ${one.record.id}`}>
            <span className={styles.act} data-act={one.act}>
              {t(`undo.${one.act}`)}
            </span>{' '}
            {nameOf(one)}
            {one.changes.length > 0 ? (
              <dl className={styles.pairs}>
                {one.changes.map((change) => (
                  <Fragment key={change.field}>
                    <dt>{change.label}</dt>
                    <dd>
                      <span className="visually-hidden">{t('undo.now')}</span>
                      <del>{change.now || t('past.blank')}</del>
                      <ArrowRightOutlined />
                      <span className="visually-hidden">{t('undo.then')}</span>
                      <ins>{change.then || t('past.blank')}</ins>
                    </dd>
                  </Fragment>
                ))}
              </dl>
            ) : null}
          </li>
        ))}
      </ul>
      {others > 0 ? <p className={styles.quiet}>{t('undo.others', { count: others })}</p> : null}
      {data.kept > 0 ? (
        <>
          <h3>{t('undo.kept', { count: data.kept })}</h3>
          <ul>
            {data.conflicts.map((one) => (
              <li key={`${one.object} ${one.record.id} ${one.field}`}>
                {[nameOf(one), one.label, one.now].filter(Boolean).join(' · ')}
                <span className={styles.quiet}>
                  {' '}
                  {t(`undo.reason.${one.reason}`)}
                  {one.by && one.at ? ` · ${t('undo.by', { name: one.by.name, when: timeAgo(one.at) })}` : ''}
                </span>
              </li>
            ))}
          </ul>
          {data.kept > data.conflicts.length ? (
            <p className={styles.quiet}>{t('undo.others', { count: data.kept - data.conflicts.length })}</p>
          ) : null}
        </>
      ) : null}
    </>
  );
}
