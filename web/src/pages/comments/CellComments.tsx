import '@/i18n/comments';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, ObjectInfo, RecordId } from '@/api/types';
import { Beside } from '@/ui/Beside';
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
  return (
    <Beside title={t('of', { field: labelOf(field.label_all) })} close={t('close')} anchor={anchor} onClose={onClose}>
      <Threads object={object} id={id} field={field.key} autoFocus />
    </Beside>
  );
}
