import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { actOnMany } from '@/api/records';
import type { ManyAct, ManyAnswer, Meant, ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoStack, undoThis } from '@/commands/undo';
import { followJob } from '@/commands/work';
import { useMessage } from '@/ui/messages';
import '@/i18n/many';

/** Does one thing to many records, and tells the person how it went, with the way back. */
export function useManyActs(object: ObjectInfo): (meant: Meant, act: ManyAct, count: number) => Promise<boolean> {
  const { t } = useTranslation('many');
  const message = useMessage();
  const failed = (error: unknown) => void message.error(errorText(error));

  return async (meant, act, count) => {
    const kind = 'delete' in act ? 'remove' : 'edit';
    const field = 'delete' in act ? '' : object.fields.find(({ key }) => key in act.values)?.label;
    const label = t(`label.${kind}`, { count, field });
    let begun: ManyAnswer;
    try {
      begun = await actOnMany(object.key, meant, act, label);
    } catch (error) {
      failed(error);
      return false;
    }
    // What takes long is no step to wait for: whoever takes something back meanwhile means what came before.
    void finish(begun, t(`working.${kind}`, { count: begun.count })).then((done) => {
      recordsChanged(object.key);
      if (done.change_set === null) {
        void message.info(t('done.cancelled'));
        return;
      }
      undoStack.push(done.change_set);
      tell(kind, done, done.change_set);
    }, failed);
    return true;
  };

  function tell(kind: 'edit' | 'remove', done: ManyAnswer, changeSet: number): void {
    const key = `many ${changeSet}`;
    const back = () => {
      message.destroy(key);
      void undoThis(changeSet).then(() => recordsChanged(null), failed);
    };
    void message.success({
      key,
      duration: 8,
      content: (
        <>
          {t(`done.${kind}`, { count: done.count })}
          {done.kept ? `; ${t('done.kept', { count: done.kept })}` : null}
          <Button type="link" size="small" onClick={back}>
            {t('done.undo')}
          </Button>
        </>
      ),
    });
  }
}

/** What became of it in the end; a change set of null: it was stopped, and taken back. */
async function finish(begun: ManyAnswer, label: string): Promise<ManyAnswer> {
  if (begun.job === undefined) return begun;
  const job = await followJob(begun.job, label);
  if (job.state === 'cancelled') return { change_set: null, count: 0 };
  if (job.state === 'failed' && job.error) throw new ApiError(500, job.error);
  return job.result as ManyAnswer;
}
