import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { changeRecords, duplicateRecords } from '@/api/records';
import type { Cell, ObjectInfo, RecordId } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { redoLast, type TakenBack, undoable, undoLast, undoThis } from '@/commands/undo';
import { isUnmade, type RowSource } from '@/grid/source';
import { useMessage } from '@/ui/messages';
import { makeOrKeep } from './saving';

export interface TableActs {
  /** Adds a record with these values, answers its id; opens one to fill in (null) where the name is missing. */
  add: (values: Record<string, Cell>) => Promise<RecordId | null>;
  /** Adds many at once, in one step. */
  grow: (rows: Record<string, Cell>[]) => Promise<void>;
  duplicate: (ids: RecordId[]) => Promise<void>;
  remove: (ids: RecordId[]) => Promise<void>;
  undo: () => Promise<void>;
  redo: () => Promise<void>;
}

interface Ways {
  openNew: (values: Record<string, Cell>) => void;
  open: (id: RecordId) => void;
}

let deletions = 0;

/** What can be done with the records of a table, each told to the person with the way back. */
export function useTableActs(object: ObjectInfo, source: RowSource | null, ways: Ways): TableActs {
  const { t } = useTranslation(['table', 'grid']);
  const message = useMessage();
  const failed = (error: unknown) => void message.error(errorText(error));
  const name = labelOf(object.label);

  const tell = (taken: TakenBack | null, nothing: string) => {
    if (!taken) void message.info(nothing);
    else if (taken.conflicts > 0) void message.warning(t('done.undoneSome', { count: taken.conflicts }));
    else void message.success(t('done.undone', { count: taken.undone }));
    if (taken) recordsChanged(null);
  };
  const undo = () => undoLast().then((taken) => tell(taken, t('done.nothingToUndo')), failed);
  const redo = () => redoLast().then((taken) => tell(taken, t('done.nothingToRedo')), failed);

  const tellWaiting = () => void message.info({ key: 'waiting', content: t('grid:edit.waiting') });

  const add = async (values: Record<string, Cell>) => {
    if (!values[object.title_field]) {
      ways.openNew(values);
      return null;
    }
    try {
      const answer = await makeOrKeep(object, [values]);
      const waits = 'waiting' in answer;
      const id = (waits ? answer.waiting[0] : answer.made[0]?.id) ?? null;
      if (waits) tellWaiting();
      if (waits || id === null) return id;
      recordsChanged(object.key);
      const key = `added ${id}`;
      const open = () => {
        message.destroy(key);
        ways.open(id);
      };
      void message.success({
        key,
        content: (
          <>
            {t('done.added', { name: String(values[object.title_field]) })}
            <Button type="link" size="small" onClick={open}>
              {t('done.open')}
            </Button>
          </>
        ),
      });
      return id;
    } catch (error) {
      failed(error);
      // Nothing typed is lost: the form has it, and says what is missing.
      ways.openNew(values);
      return null;
    }
  };

  const grow = async (rows: Record<string, Cell>[]) => {
    try {
      const answer = await makeOrKeep(object, rows, t('batchLabel.grow', { count: rows.length }));
      if ('waiting' in answer) {
        tellWaiting();
        return;
      }
      recordsChanged(object.key);
      void message.success(t('grow.done', { count: rows.length }));
    } catch (error) {
      failed(error);
    }
  };

  const duplicate = async (ids: RecordId[]) => {
    try {
      const label = t('batchLabel.duplicate', { count: ids.length });
      const { results } = await undoable(duplicateRecords(object.key, ids, label));
      recordsChanged(object.key);
      void message.success(t('done.duplicated', { count: results.length }));
    } catch (error) {
      failed(error);
    }
  };

  const tellDeleted = (count: number, back: () => void) => {
    deletions += 1;
    const key = `deleted ${deletions}`;
    const undo = () => {
      message.destroy(key);
      back();
    };
    void message.success({
      key,
      duration: 8,
      content: (
        <>
          {t('done.deleted', { count, object: count === 1 ? name : labelOf(object.plural) })}
          <Button type="link" size="small" onClick={undo}>
            {t('done.undo')}
          </Button>
        </>
      ),
    });
  };
  /** Of records that wait to be made. */
  const drop = async (ids: RecordId[]) => {
    if (ids.length === 0) return;
    const { dropUnmade } = await import('./dropping');
    tellDeleted(ids.length, dropUnmade(object.key, ids));
  };

  const remove = async (ids: RecordId[]) => {
    const real = ids.filter((id) => id > 0);
    try {
      await drop(ids.filter(isUnmade));
      if (real.length === 0) return;
      const changes = real.map((id) => ({ id, version: versionOf(source, id), delete: true as const }));
      const label = t('batchLabel.delete', { count: real.length });
      const { change_set } = await undoable(changeRecords(object.key, changes, label));
      recordsChanged(object.key);
      if (change_set === null) return;
      tellDeleted(real.length, () => void undoThis(change_set).then((taken) => tell(taken, ''), failed));
    } catch (error) {
      failed(error);
    }
  };

  return { add, grow, duplicate, remove, undo, redo };
}

function versionOf(source: RowSource | null, id: RecordId): number | undefined {
  const row = source?.find(id);
  return row === undefined ? undefined : source?.get(row)?.version;
}
