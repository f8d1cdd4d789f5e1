import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '@/api/types';
import { ArrowRightOutlined } from '@/ui/icons';
import styles from './record.module.css';

/** Each changed field with what it was and what it became. */
export function EntryChanges({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation('table');
  if (entry.changes.length === 0) return null;
  return (
    <dl className={styles.changes}>
      {entry.changes.map((change) => (
        <Fragment key={change.field}>
          <dt>{change.label}</dt>
          <dd>
            <span className="visually-hidden">{t('timeline.from')}</span>
            <del>{change.old || t('timeline.blank')}</del>
            <ArrowRightOutlined />
            <span className="visually-hidden">{t('timeline.to')}</span>
            <ins>{change.new || t('timeline.blank')}</ins>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
