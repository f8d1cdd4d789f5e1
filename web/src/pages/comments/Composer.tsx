import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_TEXT, readMentionable } from '@/api/comments';
import { errorText } from '@/api/errors';
import { keptFor, useMe } from '@/api/session';
import type { ObjectKey, RecordId } from '@/api/types';
import { keyLabel } from '@/commands/command';
import { searchOptions } from '@/fields/options';
import styles from './comments.module.css';
import { useDraft } from './drafts';
import { asked, type Draft, type Mentioned, NO_DRAFT, tokensOf, withMention } from './mentions';

interface Props {
  object: ObjectKey;
  id: RecordId;
  field: string | null;
  /** Where the draft belongs. */
  place: string;
  start?: Draft;
  label: string;
  placeholder: string;
  okText: string;
  autoFocus?: boolean;
  /** Sends it; sent again with the same `key` it is said once. */
  onSend: (text: string, key: string) => Promise<unknown>;
  /** It was sent, or is not wanted. */
  onDone?: () => void;
}

/** Where one writes: @ offers people, Ctrl+Enter sends, Esc leaves, and what was typed stays until it was sent. */
export function Composer(props: Props) {
  const { place, start = NO_DRAFT, label, placeholder, okText, autoFocus, onSend, onDone } = props;
  const { t } = useTranslation('comments');
  const me = useMe();
  const [draft, setDraft] = useDraft(keptFor(me), place, start);
  const [failed, setFailed] = useState('');
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const key = useRef('');
  const people = usePeople(props, draft, setDraft, () => box.current);
  const list = useId();
  const tokens = tokensOf(draft);
  const left = MAX_TEXT - tokens.length;

  const change = (next: Draft) => {
    key.current = '';
    setDraft(next);
  };
  const send = async () => {
    if (busy || !draft.text.trim() || left < 0) return;
    setBusy(true);
    setFailed('');
    key.current ||= newKey();
    try {
      await onSend(tokens, key.current);
      change(start);
      onDone?.();
    } catch (error) {
      setFailed(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (people.press(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Escape' && onDone) {
      event.preventDefault();
      event.stopPropagation();
      onDone();
    }
  };
  return (
    <div className={styles.composer}>
      <Input.TextArea
        ref={(found) => {
          box.current = found?.resizableTextArea?.textArea ?? null;
        }}
        autoFocus={autoFocus}
        autoSize={{ minRows: 2, maxRows: 10 }}
        value={draft.text}
        placeholder={placeholder}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={people.options ? list : undefined}
        aria-activedescendant={people.options?.length ? `${list}-${people.at}` : undefined}
        status={failed || left < 0 ? 'error' : undefined}
        onChange={(event) => {
          change({ ...draft, text: event.target.value });
          people.look(event.target);
        }}
        onSelect={(event) => people.look(event.currentTarget)}
        onBlur={people.close}
        onKeyDown={press}
      />
      {people.options ? (
        <div id={list} role="listbox" aria-label={t('people')} className={styles.people}>
          {people.options.map((one, place) => (
            <div
              key={one.id}
              id={`${list}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === people.at}
              ref={place === people.at ? intoSight : undefined}
              // The text keeps the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                people.choose(one);
              }}
            >
              {one.name}
            </div>
          ))}
          {people.options.length === 0 ? <p className={styles.nobody}>{t('nobody')}</p> : null}
        </div>
      ) : null}
      {failed ? (
        <p role="alert" className={styles.failed}>
          {failed} {t('draft')}
        </p>
      ) : null}
      <footer>
        <Button
          type="primary"
          size="small"
          loading={busy}
          disabled={!draft.text.trim() || left < 0}
          onClick={() => void send()}
        >
          {okText}
        </Button>
        {onDone ? (
          <Button
            type="text"
            size="small"
            onClick={() => {
              change(start);
              onDone();
            }}
          >
            {draft.text !== start.text ? t('discard') : t('cancel')}
          </Button>
        ) : null}
        <span className={styles.hint} data-over={left < 0} data-keys={left >= 100}>
          {left < 0
            ? t('tooLong', { count: -left })
            : left < 100
              ? t('long', { count: left })
              : t('hint', { keys: keyLabel('mod+enter') })}
        </span>
      </footer>
    </div>
  );
}

/** The list of people at an @: what it offers, and what keys do in it. */
function usePeople(
  { object, id, field }: Props,
  draft: Draft,
  setDraft: (draft: Draft) => void,
  box: () => HTMLTextAreaElement | null,
) {
  const [at, setAt] = useState<{ from: number; typed: string } | null>(null);
  const [dismissed, setDismissed] = useState(-1);
  const [place, setPlace] = useState(0);
  const caret = useRef<number | null>(null);
  const open = at !== null && at.from !== dismissed;
  const { data } = useQuery({
    queryKey: ['mentionable', object, id, field],
    queryFn: ({ signal }) => readMentionable(object, id, field, signal),
    enabled: open,
    staleTime: 60_000,
  });
  useEffect(() => {
    if (caret.current === null) return;
    box()?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const options =
    open && data
      ? searchOptions(
          data.people.map((one) => ({ value: one.id, label: one.name })),
          at.typed,
        ).map(({ value, label }) => ({ id: Number(value), name: label }))
      : null;
  const shown = options?.length === 0 && at && at.typed.length > 6 ? null : options;
  const choose = (one: Mentioned) => {
    if (!at) return;
    const [next, end] = withMention(draft, at, one);
    caret.current = end;
    setDraft(next);
    setAt(null);
  };
  return {
    options: shown,
    at: place,
    choose,
    close: () => setAt(null),
    look: (area: HTMLTextAreaElement) => {
      const found = area.selectionStart === area.selectionEnd ? asked(area.value, area.selectionStart) : null;
      if (found?.from !== at?.from || found?.typed !== at?.typed) setPlace(0);
      if (!found) setDismissed(-1);
      setAt(found);
    },
    /** Says whether the key was for the list. */
    press: (event: KeyboardEvent): boolean => {
      if (!shown || !at) return false;
      const one = shown[place];
      if (event.key === 'Escape') setDismissed(at.from);
      else if (event.key === 'ArrowDown') setPlace(Math.min(place + 1, shown.length - 1));
      else if (event.key === 'ArrowUp') setPlace(Math.max(place - 1, 0));
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey && one) choose(one);
      else return false;
      return true;
    },
  };
}

function intoSight(node: HTMLElement | null): void {
  node?.scrollIntoView({ block: 'nearest' });
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16)).join('');
