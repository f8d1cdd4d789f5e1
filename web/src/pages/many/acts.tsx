import { Button } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { actOnMany } from '@/api/records';
import type { ManyAct, ManyAnswer, ManyKind, Meant, ObjectInfo, ObjectKey } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { undoStack, undoThis } from '@/commands/undo';
import { followJob } from '@/commands/work';
import { useMessage } from '@/ui/messages';
import '@/i18n/many';

/** Does one thing to many records, and tells the person how it went, with the way back. */
export function useManyActs(object: ObjectInfo): (meant: Meant, act: ManyAct, count: number) => Promise<boolean> {
  const { t } = useTranslation('many');
  const message = useMessage();
  const tell = useOutcome();

  return async (meant, act, count) => {
    const kind = 'delete' in act ? 'remove' : 'edit';
    const field = 'delete' in act ? '' : object.fields.find(({ key }) => key in act.values)?.label;
    const label = t(`label.${kind}`, { count, field });
    let begun: ManyAnswer;
    try {
      begun = await actOnMany(object.key, meant, act, label);
    } catch (error) {
      message.error(errorText(error));
      return false;
    }
    if (begun.job !== undefined) remember([...begunHere(), begun.job]);
    // What takes long is no step to wait for: whoever takes something back meanwhile means what came before.
    tell(object.key, kind, begun, t(`working.${kind}`, { count: begun.count }));
    return true;
  };
}

/** Shows how far an act is, and tells what became of it. Those that this tab began are taken back by its Ctrl+Z. */
export function useOutcome(): (object: ObjectKey, kind: ManyKind, begun: ManyAnswer, label: string) => void {
  const { t } = useTranslation('many');
  const message = useMessage();
  return useCallback(
    (object, kind, begun, label) => {
      if (begun.job !== undefined) {
        // The page looks for acts at work by itself, and may hear of this one before its own answer is here.
        if (followed.has(begun.job)) return;
        followed.add(begun.job);
      }
      const failed = (error: unknown) => void message.error(errorText(error));
      const said = (done: ManyAnswer, changeSet: number) => {
        const key = `many ${changeSet}`;
        const back = () => {
          message.destroy(key);
          void undoThis(changeSet).then(() => recordsChanged(null), failed);
        };
        message.success({
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
      };
      void finish(begun, label)
        .then((done) => {
          recordsChanged(object);
          if (done.change_set === null) {
            message.info(t('done.cancelled'));
            return;
          }
          if (begun.job === undefined || begunHere().includes(begun.job)) undoStack.push(done.change_set);
          said(done, done.change_set);
        })
        .catch(failed)
        // While nobody knows what became of it, the next page asks again.
        .finally(() => remember(begunHere().filter((id) => id !== begun.job)));
    },
    [t, message],
  );
}

/** Jobs that this page shows already. */
export const followed = new Set<number>();

/** What became of it in the end; a change set of null: it was stopped, and taken back. */
async function finish(begun: ManyAnswer, label: string): Promise<ManyAnswer> {
  if (begun.job === undefined) return begun;
  const job = await followJob(begun.job, label);
  if (job.state === 'cancelled') return { change_set: null, count: 0 };
  if (job.state === 'failed' && job.error) throw new ApiError(500, job.error);
  return job.result as ManyAnswer;
}

const PLACE = 'kebu.works';

/** Jobs that this tab began, and of whose end nobody was told yet; they outlive a reload. */
export function begunHere(): number[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(PLACE) ?? '[]');
    return Array.isArray(ids) ? ids.filter((id) => Number.isInteger(id)) : [];
  } catch {
    return [];
  }
}

const remember = (ids: number[]) => sessionStorage.setItem(PLACE, JSON.stringify(ids));
