import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { changeRecord } from '@/api/records';
import type { Cell, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoable } from '@/commands/undo';
import type { GridRow } from '@/grid/source';
import { type AskConflict, saveOrKeep } from '@/pages/table/saving';
import { useMessage } from '@/ui/messages';

export interface SaveProps {
  object: ObjectInfo;
  row: GridRow;
  name: string;
  ask: AskConflict;
}

/** Saves one value of a line and says what it is now; without a line to the server it waits. */
export function useSaveLine({ object, row, ask }: SaveProps) {
  const { t } = useTranslation('today');
  const message = useMessage();

  /** Answers whether it is saved, or will be. */
  const save = async (key: string, cell: Cell, done: string): Promise<boolean> => {
    const result = await saveOrKeep(object, { id: row.id, version: row.version, values: { [key]: cell } }, ask);
    if ('reason' in result) {
      void message.error(result.reason);
      return false;
    }
    if ('waiting' in result) {
      void message.info(t('waiting'));
      return true;
    }
    recordsChanged(object.key);
    void message.success(done);
    return true;
  };

  /** Of a text that somebody typed; answers why it was not taken. What is no value is not kept. */
  const saveTyped = async (key: string, text: string, done: (cell: Cell | undefined) => string) => {
    try {
      const answer = await undoable(changeRecord(object.key, row.id, row.version, { [key]: text }));
      recordsChanged(object.key);
      void message.success(done(answer.values[key]));
      return null;
    } catch (error) {
      if (isApiError(error, 'conflict')) recordsChanged(object.key);
      return errorText(error);
    }
  };
  return { save, saveTyped };
}
