import '@/i18n/comments';
import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, ObjectInfo, RecordId } from '@/api/types';
import { CloseOutlined } from '@/ui/more-icons';
import styles from './comments.module.css';
import Threads from './Threads';

interface Props {
  object: ObjectInfo;
  id: RecordId;
  field: Field;
  /** Where the cell is. */
  anchor: DOMRect;
  onClose: () => void;
}

/** What is said about a cell, beside it. */
export default function CellComments({ object, id, field, anchor, onClose }: Props) {
  const { t } = useTranslation('comments');
  const { left, top, width, height } = anchor;
  const title = t('of', { field: labelOf(field.label_all) });
  const content = (
    <div
      role="dialog"
      aria-label={title}
      tabIndex={-1}
      className={styles.beside}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h3>{title}</h3>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('close')} onClick={onClose} />
      </header>
      <Threads object={object} id={id} field={field.key} autoFocus />
    </div>
  );
  return (
    <Popover
      open
      arrow={false}
      placement="bottomLeft"
      trigger="click"
      onOpenChange={(open) => !open && onClose()}
      content={content}
      aria-label={title}
    >
      <span style={{ position: 'fixed', left, top, width: width || 1, height: height || 1, pointerEvents: 'none' }} />
    </Popover>
  );
}
