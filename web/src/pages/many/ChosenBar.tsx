import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter, Meant, ObjectInfo } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import type { SearchRelation } from '@/fields/relations';
import type { Chosen } from '@/grid/rowChoice';
import { arriving } from '@/ui/arriving';
import { DeleteOutlined, EditOutlined } from '@/ui/icons';
import { CloseOutlined, MergeOutlined } from '@/ui/more-icons';
import { useManyActs } from './acts';
import styles from './many.module.css';
import '@/i18n/many';

const MergeDialog = lazy(() => arriving(() => import('@/pages/merge/MergeDialog')));
const ManyDialog = lazy(() => import('./ManyDialog'));
const ConfirmDialog = lazy(() => import('@/ui/ConfirmDialog'));

interface Props {
  object: ObjectInfo;
  context: FieldContext;
  searchRelation: SearchRelation;
  chosen: Chosen;
  /** What all rows are, where all are ticked. */
  filter: Filter | null;
  search: string;
  /** How many rows the table has. */
  count: number | null;
  /** Somebody asked for all ticked rows to be deleted by a key. */
  removing: boolean;
  onRemoving: (asked: boolean) => void;
  /** Deletes a few, by their versions. */
  onRemove: (ids: number[]) => void;
  onAll: () => void;
  onClear: () => void;
}

/** As many as the server merges at once. */
const MOST_MERGED = 10;
/** Two rows or a few more, all of which are there already. */
const mayMerge = ({ all, ids }: Chosen) =>
  !all && ids.length > 1 && ids.length <= MOST_MERGED && ids.every((id) => id > 0);

/** What can be done with the ticked rows. */
export default function ChosenBar(props: Props) {
  const { object, chosen, filter, search, count, removing, onRemoving, onRemove, onAll, onClear } = props;
  const { t } = useTranslation('many');
  const [editing, setEditing] = useState(false);
  /** Those that are looked at side by side, whatever is ticked meanwhile. */
  const [merging, setMerging] = useState<number[] | null>(null);
  const act = useManyActs(object);
  const meant: Meant = chosen.all ? { filter, search, without: chosen.ids } : { ids: chosen.ids };
  // Of grouped rows the table also counts the heads, and not those that are folded away.
  const size = chosen.all && count !== null ? count - chosen.ids.length : chosen.count;
  const { update, delete: mayDelete } = object.rights;
  return (
    <>
      <section className={styles.bar} aria-label={t('bar.label')}>
        <b role="status">{t('bar.chosen', { count: size })}</b>
        {count !== null && chosen.count < count && !chosen.all ? (
          <Button type="link" size="small" onClick={onAll}>
            {t('bar.all', { count })}
          </Button>
        ) : null}
        {update ? (
          <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t('bar.edit')}
          </Button>
        ) : null}
        {update && mayDelete && mayMerge(chosen) ? (
          <Button size="small" icon={<MergeOutlined />} onClick={() => setMerging(chosen.ids)}>
            {t('bar.merge')}
          </Button>
        ) : null}
        {mayDelete ? (
          <Button
            size="small"
            danger
            icon={<DeleteOutlined />}
            onClick={() => (chosen.all ? onRemoving(true) : onRemove(chosen.ids))}
          >
            {t('bar.remove')}
          </Button>
        ) : null}
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('bar.clear')} onClick={onClear} />
      </section>
      <Suspense>
        {editing ? (
          <ManyDialog
            {...props}
            size={size}
            meant={meant}
            onAct={act}
            onDone={onClear}
            onClose={() => setEditing(false)}
          />
        ) : null}
        {merging ? (
          <MergeDialog
            object={object}
            context={props.context}
            ids={merging}
            onDone={onClear}
            onClose={() => setMerging(null)}
          />
        ) : null}
        {removing ? (
          <ConfirmDialog
            title={t('remove.title', { count: size })}
            okText={t('remove.ok', { count: size })}
            onOk={async () => {
              if (await act(meant, { delete: true }, size)) onClear();
            }}
            onClose={() => onRemoving(false)}
          >
            {t('remove.text')}
          </ConfirmDialog>
        ) : null}
      </Suspense>
    </>
  );
}
