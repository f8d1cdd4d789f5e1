import '@/i18n/log';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Segmented } from 'antd';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { createRecord } from '@/api/records';
import { useMe } from '@/api/session';
import type { Cell, ObjectInfo, RelationCell } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { keyLabel } from '@/commands/command';
import { undoable } from '@/commands/undo';
import type { FieldContext } from '@/fields/context';
import { isUnreachable, newKey, outbox } from '@/pages/table/outbox';
import { useMessage } from '@/ui/messages';
import { keepKind, lastKind, useLogDraft } from './log-draft';
import { QuickDays } from './QuickDays';
import { FieldLine } from './RecordFields';
import styles from './record.module.css';
import { ValueEditor } from './ValueEditor';

interface Props {
  /** The object of what is noted down. */
  object: ObjectInfo;
  /** The field of it that names the record, and that record. */
  relation: string;
  parent: RelationCell;
  context: FieldContext;
  onClose: () => void;
}

/** What was done, and when next: Ctrl+Enter notes it down, Esc leaves, and what was typed stays until it was saved. */
export default function LogForm({ object, relation, parent, context, onClose }: Props) {
  const { t } = useTranslation(['log', 'common']);
  const me = useMe();
  const message = useMessage();
  const [draft, change] = useLogDraft(`${me.user.id}.${object.key}.${relation}.${parent.id}`);
  const kinds = object.fields.find((field) => field.key === 'kind')?.choices.filter((one) => !one.archived) ?? [];
  const next = object.fields.find((field) => field.key === 'next_follow_up');
  const begin = draft.kind ?? lastKind();
  const kind = kinds.find((one) => one.key === begin)?.key ?? kinds[0]?.key ?? null;
  // Sent again, after an answer that was lost, it is noted down once.
  const key = useRef('');
  const edit = (part: Partial<typeof draft>) => {
    key.current = '';
    change({ ...draft, ...part });
  };
  const save = useMutation({
    networkMode: 'always',
    mutationFn: async () => {
      key.current ||= newKey();
      const values: Record<string, Cell> = { [relation]: { ...parent }, kind, text: draft.text.trim() || null };
      if (draft.next !== null) values.next_follow_up = draft.next;
      try {
        await undoable(createRecord(object.key, values, key.current));
        return true;
      } catch (error) {
        if (!isUnreachable(error) || !outbox.add(object.key, [values], '', key.current)) throw error;
        return false;
      }
    },
    onSuccess: (isSaved) => {
      change({ kind: null, text: '', next: null });
      if (kind) keepKind(kind);
      if (isSaved) recordsChanged(object.key);
      void message[isSaved ? 'success' : 'info'](t(isSaved ? 'saved' : 'waiting'));
      onClose();
    },
  });
  const atFault = isApiError(save.error) ? save.error.field : undefined;
  const send = () => {
    if (save.isPending) return;
    // A date that still has the focus is committed by losing it, and stands in the draft one render later.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    setTimeout(() => save.mutate());
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <form
      className={styles.logForm}
      aria-label={t('open')}
      onKeyDown={press}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {kinds.length > 0 ? (
        <Segmented
          size="small"
          className={styles.logKinds}
          aria-label={t('kind')}
          value={kind ?? undefined}
          options={kinds.map((one) => ({ value: one.key, label: labelOf(one.label_all) }))}
          onChange={(value) => edit({ kind: String(value) })}
        />
      ) : null}
      <Input.TextArea
        autoFocus
        autoSize={{ minRows: 2, maxRows: 8 }}
        value={draft.text}
        aria-label={t('text')}
        placeholder={t('placeholder')}
        onChange={(event) => edit({ text: event.target.value })}
      />
      {next ? (
        <FieldLine field={next}>
          {(id) => (
            <ValueEditor
              id={id}
              field={next}
              values={{ next_follow_up: draft.next }}
              context={context}
              problem={atFault === 'next_follow_up' ? errorText(save.error) : undefined}
              onCommit={(_, cell) => edit({ next: cell })}
            />
          )}
        </FieldLine>
      ) : null}
      {next ? <QuickDays context={context} chosen={draft.next} onPick={(day) => edit({ next: day })} /> : null}
      {save.error && atFault !== 'next_follow_up' ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} />
      ) : null}
      <footer>
        <Button size="small" onClick={onClose}>
          {t('common:cancel')}
        </Button>
        <Button size="small" type="primary" htmlType="submit" loading={save.isPending} title={keyLabel('mod+enter')}>
          {t('save')}
        </Button>
      </footer>
    </form>
  );
}
