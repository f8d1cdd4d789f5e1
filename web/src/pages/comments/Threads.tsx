import '@/i18n/comments';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  beginThread,
  type CommentInfo,
  deleteComment,
  editComment,
  replyTo,
  resolveThread,
  type Thread,
} from '@/api/comments';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { keptFor, useMe } from '@/api/session';
import type { ObjectInfo, RecordId } from '@/api/types';
import { commentsChanged } from '@/commands/commented';
import { dateTime, timeAgo } from '@/i18n/time';
import { arriving } from '@/ui/arriving';
import { DeleteOutlined, EditOutlined, UndoOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import { CheckOutlined } from '@/ui/more-icons';
import { Failed, LinesLoading, Statement } from '@/ui/states';
import { Composer } from './Composer';
import styles from './comments.module.css';
import { hasDraft } from './drafts';
import { draftOf, pieces } from './mentions';
import { useThreads } from './use-threads';

const ConfirmDialog = lazy(() => arriving(() => import('@/ui/ConfirmDialog')));

interface Props {
  object: ObjectInfo;
  id: RecordId;
  /** Only what is said about this cell; the title's cell stands for the record as a whole, too. */
  field?: string;
  autoFocus?: boolean;
}

/** What people say about a record or a cell: open threads, the resolved ones folded below, and where one writes. */
export default function Threads({ object, id, field, autoFocus }: Props) {
  const { t } = useTranslation('comments');
  const threads = useThreads(object, id);
  const [folded, setFolded] = useState(true);
  const place = `${object.key}.${id}.${field ?? ''}`;
  if (threads.error) return <Failed text={errorText(threads.error)} onRetry={() => void threads.refetch()} />;
  if (!threads.data) return <LinesLoading rows={4} />;
  const isHere = (one: Thread) => field === undefined || (one.field ?? object.title_field) === field;
  const all = threads.data.pages.flatMap((page) => page.threads).filter(isHere);
  const open = all.filter((one) => !one.resolved);
  const resolved = all.filter((one) => one.resolved);
  const said = async (text: string, key: string) => {
    await beginThread(object.key, id, field ?? null, text, key);
    await commentsChanged(object.key, [id]);
  };
  return (
    <div className={styles.threads}>
      <Composer
        object={object.key}
        id={id}
        field={field ?? null}
        place={place}
        label={t('write')}
        placeholder={t('placeholder')}
        okText={t('send')}
        autoFocus={autoFocus}
        onSend={said}
      />
      {all.length > 0 || threads.hasNextPage ? null : field === undefined ? (
        <Statement title={t('empty')} text={t('emptyText')} />
      ) : (
        <p className={styles.none}>{t('emptyText')}</p>
      )}
      {open.length > 0 ? (
        <ol aria-label={t('list')}>
          {open.map((one) => (
            <ThreadLine key={one.id} thread={one} object={object} withField={field === undefined} />
          ))}
        </ol>
      ) : null}
      {resolved.length > 0 ? (
        <>
          <Button type="text" size="small" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
            {t('resolved', { count: resolved.length })}
          </Button>
          {folded ? null : (
            <ol aria-label={t('resolved', { count: resolved.length })}>
              {resolved.map((one) => (
                <ThreadLine key={one.id} thread={one} object={object} withField={field === undefined} />
              ))}
            </ol>
          )}
        </>
      ) : null}
      {threads.hasNextPage ? (
        <Button type="text" block loading={threads.isFetchingNextPage} onClick={() => void threads.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </div>
  );
}

function ThreadLine({ thread, object, withField }: { thread: Thread; object: ObjectInfo; withField: boolean }) {
  const { t } = useTranslation('comments');
  const me = useMe();
  const message = useMessage();
  const place = `thread.${thread.id}`;
  const [replying, setReplying] = useState(() => hasDraft(keptFor(me), place));
  const changed = () => commentsChanged(object.key, [thread.record]);
  const resolve = useMutation({
    mutationFn: () => resolveThread(thread.id, !thread.resolved),
    onSuccess: changed,
    onError: (error) => void message.error(errorText(error)),
  });
  const field = object.fields.find((one) => one.key === thread.field);
  const resolving = thread.resolved ? t('reopen') : t('resolve');
  return (
    <li className={styles.thread} data-resolved={thread.resolved !== null}>
      <header>
        {withField && field ? <span className={styles.field}>{labelOf(field.label_all)}</span> : null}
        {thread.resolved ? (
          <span className={styles.muted}>
            {t('resolvedBy', { name: thread.resolved.by.name })} · {timeAgo(thread.resolved.at)}
          </span>
        ) : null}
        <Button
          type="text"
          size="small"
          className={styles.resolve}
          icon={thread.resolved ? <UndoOutlined /> : <CheckOutlined />}
          loading={resolve.isPending}
          onClick={() => resolve.mutate()}
        >
          {resolving}
        </Button>
      </header>
      {thread.comments.map((one) => (
        <CommentLine key={one.id} comment={one} thread={thread} onChanged={changed} />
      ))}
      {replying ? (
        <Composer
          object={object.key}
          id={thread.record}
          field={thread.field}
          place={place}
          label={t('reply')}
          placeholder={t('replyPlaceholder')}
          okText={t('send')}
          autoFocus
          onSend={async (text, key) => {
            await replyTo(thread.id, text, key);
            await changed();
          }}
          onDone={() => setReplying(false)}
        />
      ) : (
        <Button type="link" size="small" className={styles.reply} onClick={() => setReplying(true)}>
          {t('reply')}
        </Button>
      )}
    </li>
  );
}

interface LineProps {
  comment: CommentInfo;
  thread: Thread;
  onChanged: () => Promise<void>;
}
function CommentLine({ comment, thread, onChanged }: LineProps) {
  const { t } = useTranslation('comments');
  const me = useMe();
  const message = useMessage();
  const { users } = useObjects();
  const nameOf = (id: number) => users.find((one) => one.id === id)?.name;
  const place = `edit.${comment.id}`;
  const [editing, setEditing] = useState(() => comment.rights.update && hasDraft(keptFor(me), place));
  const [deleting, setDeleting] = useState(false);
  return (
    <article className={styles.comment} aria-label={comment.author.name}>
      <header>
        <b>{comment.author.name}</b>
        <time dateTime={comment.at} title={dateTime(comment.at)}>
          {timeAgo(comment.at)}
        </time>
        {comment.edited_at ? <span title={dateTime(comment.edited_at)}>{t('edited')}</span> : null}
        <span className={styles.acts}>
          {comment.rights.update && !editing ? (
            <Button
              type="text"
              size="small"
              icon={<EditOutlined />}
              title={t('edit')}
              aria-label={t('edit')}
              onClick={() => setEditing(true)}
            />
          ) : null}
          {comment.rights.delete ? (
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              title={t('delete')}
              aria-label={t('delete')}
              onClick={() => setDeleting(true)}
            />
          ) : null}
        </span>
      </header>
      {editing ? (
        <Composer
          object={thread.object}
          id={thread.record}
          field={thread.field}
          place={place}
          start={draftOf(comment.text, nameOf)}
          label={t('edit')}
          placeholder={t('placeholder')}
          okText={t('save')}
          autoFocus
          onSend={async (text) => {
            await editComment(comment.id, text);
            await onChanged();
          }}
          onDone={() => setEditing(false)}
        />
      ) : (
        <p>
          {pieces(comment.text, nameOf).map((part, at) =>
            typeof part === 'string' ? (
              part
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text stand where they stand
              <mark key={at} data-me={part.id === me.user.id}>
                @{part.name}
              </mark>
            ),
          )}
        </p>
      )}
      {deleting ? (
        <Suspense>
          <ConfirmDialog
            title={t('deleteAsk')}
            okText={t('deleteOk')}
            onOk={() =>
              deleteComment(comment.id)
                .then(onChanged)
                .catch((error) => void message.error(errorText(error)))
            }
            onClose={() => setDeleting(false)}
          >
            {t('deleteText')}
          </ConfirmDialog>
        </Suspense>
      ) : null}
    </article>
  );
}
