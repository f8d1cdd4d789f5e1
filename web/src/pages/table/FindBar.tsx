import { Button } from 'antd';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { findRow } from '@/api/places';
import type { FoundRow, ObjectInfo } from '@/api/types';
import { useCommands } from '@/commands/command';
import type { GridController } from '@/grid/controller';
import { DownOutlined, SearchOutlined } from '@/ui/icons';
import { CloseOutlined } from '@/ui/more-icons';
import styles from './find.module.css';
import { folded, nextColumn, shows } from './find-cells';
import type { Rows } from './rows';
import '@/i18n/find';
import './find.css';

const PAUSE_MS = 150;
/** What was looked for last, in any table. */
let lastWords = '';

interface Props {
  object: ObjectInfo;
  rows: Rows;
  /** Counts how often somebody asked for it: the words are chosen then, to be typed over. */
  asked: number;
  /** What was typed before this was here. */
  early: RefObject<string>;
  controller: () => GridController | null;
  onClose: () => void;
}

/**
 * Goes from cell to cell that shows a text, among all rows of the view. The search box beside it narrows the table to
 * rows; this leaves it as it is, and the cursor at the match.
 */
export default function FindBar({ object, rows, asked, early, controller, onClose }: Props) {
  const { t } = useTranslation('find');
  const [words, setWords] = useState(() => early.current || lastWords);
  const [found, setFound] = useState<FoundRow | 'failed' | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const composing = useRef(false);
  /** The words are others than at the last step. */
  const fresh = useRef(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asking = useRef<AbortController>(undefined);
  /** Where the last step led, and what the server said of that row. */
  const here = useRef<{ id: number | null; fields: string[] }>({ id: null, fields: [] });

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for again
  useEffect(() => {
    const typed = early.current;
    early.current = '';
    box.current?.select();
    mark(controller(), folded(words), here.current);
    if (typed === '') return;
    box.current?.setSelectionRange(typed.length, typed.length);
    type(typed);
  }, [asked]);
  const grid = useRef(controller);
  grid.current = controller;
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      asking.current?.abort();
      mark(grid.current(), '', here.current);
    },
    [],
  );

  const shown = () => controller()?.sheet.view.fields ?? [];

  /** Takes the cursor to the next cell; with `inclusive` it may stay, for the words are new. */
  const step = async (text: string, back: boolean, inclusive: boolean) => {
    const grid = controller();
    const snapshot = rows.snapshot();
    asking.current?.abort();
    fresh.current = false;
    const wanted = folded(text);
    mark(grid, wanted, here.current);
    if (wanted === '') {
      setFound(null);
      return;
    }
    if (!grid || snapshot === null) {
      // The table is on its way itself.
      timer.current = setTimeout(() => void step(text, back, inclusive), PAUSE_MS);
      return;
    }
    const fields = shown();
    const { active } = grid.cursor;
    const row = active?.row ?? 0;
    const data = rows.source.get(row);
    if (data && active && !data.head) {
      const told = here.current.id === data.id && !inclusive ? here.current.fields : [];
      const holding = fields.flatMap((field, column) =>
        told.includes(field.key) || shows(grid.painter, data, field, wanted, grid.context) ? [column] : [],
      );
      const column = nextColumn(holding, active.column, back, inclusive);
      if (column !== null) grid.cursor.goTo({ row, column });
      if (column !== null && !inclusive) return;
    }
    const stop = new AbortController();
    asking.current = stop;
    const at = rows.source.positionOf(Math.min(row, rows.source.length - 1));
    const start = inclusive || data?.head ? at : at + (back ? -1 : 1);
    const count = rows.count ?? rows.source.length;
    const ask = (whole: boolean) =>
      findRow(
        object.key,
        { snapshot, words: text, fields: fields.map(({ key }) => key), start: (start + count) % count, back, whole },
        stop.signal,
      );
    try {
      const answer = await ask(false);
      if (stop.signal.aborted) return;
      setFound((before) => (answer.count === null && !inclusive ? withPlace(answer, before) : answer));
      if (answer.row !== null) arrive(grid, text, answer, back, inclusive && row);
      if (answer.count !== null) return;
      const whole = await ask(true);
      if (!stop.signal.aborted) setFound(whole);
    } catch (error) {
      if (stop.signal.aborted) return;
      setFound('failed');
      if (isApiError(error, 'snapshot_gone')) rows.refresh();
    }
  };

  const arrive = (grid: GridController, text: string, answer: FoundRow, back: boolean, from: number | false) => {
    const row = rows.source.reveal(answer.row ?? 0);
    const fields = shown();
    here.current = { id: answer.id, fields: answer.fields };
    const columns = fields.flatMap(({ key }, column) => (answer.fields.includes(key) ? [column] : []));
    const at = from === row ? (grid.cursor.active?.column ?? 0) : null;
    const title = fields.findIndex(({ key }) => key === object.title_field);
    const column = nextColumn(columns, at, back, true) ?? nextColumn(columns, null, back, true) ?? Math.max(0, title);
    grid.cursor.goTo({ row, column });
    mark(grid, folded(text), here.current);
  };

  const type = (text: string) => {
    setWords(text);
    clearTimeout(timer.current);
    fresh.current = true;
    if (composing.current) return;
    lastWords = text;
    timer.current = setTimeout(() => void step(text, false, true), PAUSE_MS);
  };
  const go = (back: boolean) => {
    clearTimeout(timer.current);
    lastWords = words;
    void step(words, back, fresh.current);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') go(event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  useCommands([
    {
      id: 'findNext',
      label: t('next'),
      icon: <SearchOutlined />,
      keys: ['f3', 'mod+g'],
      everywhere: true,
      enabled: words !== '',
      perform: () => go(false),
    },
    {
      id: 'findPrevious',
      label: t('previous'),
      icon: <SearchOutlined />,
      keys: ['shift+f3', 'mod+shift+g'],
      everywhere: true,
      enabled: words !== '',
      perform: () => go(true),
    },
  ]);

  return (
    <search className={styles.bar} aria-label={t('label')} onKeyDown={onKey}>
      <SearchOutlined />
      <input
        ref={box}
        value={words}
        placeholder={t('placeholder')}
        aria-label={t('label')}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          type(event.currentTarget.value);
        }}
        onChange={(event) => type(event.target.value)}
      />
      <Told found={folded(words) === '' ? null : found} object={object} />
      <Button size="small" type="text" aria-label={t('previous')} title={t('previous')} onClick={() => go(true)}>
        <DownOutlined className={styles.up} />
      </Button>
      <Button size="small" type="text" aria-label={t('next')} title={t('next')} onClick={() => go(false)}>
        <DownOutlined />
      </Button>
      <Button size="small" type="text" aria-label={t('close')} title={t('close')} onClick={onClose}>
        <CloseOutlined />
      </Button>
    </search>
  );
}

/** What became of it: `3 / 17`, in words for those who do not see it. */
function Told({ found, object }: { found: FoundRow | 'failed' | null; object: ObjectInfo }) {
  const { t } = useTranslation('find');
  const field = found && found !== 'failed' && object.fields.find(({ key }) => key === found.hidden);
  const { place = null, count = null } = found && found !== 'failed' ? found : {};
  let text = '';
  if (found === 'failed') text = t('failed');
  else if (found?.row === null) text = t('none');
  else if (place !== null && count !== null) text = t('place', { place, count });
  return (
    <output
      className={styles.told}
      aria-label={text}
      data-none={found !== null && found !== 'failed' && !place && text !== ''}
    >
      {place !== null && count !== null ? t('short', { place, count }) : text}
      {field ? <small>{t('hidden', { field: field.label })}</small> : null}
    </output>
  );
}

/** Until the server has counted again, the old number of rows holds. */
function withPlace(answer: FoundRow, before: FoundRow | 'failed' | null): FoundRow {
  return before && before !== 'failed' ? { ...answer, place: before.place, count: before.count } : answer;
}

/** Paints the cells that show the words softly, and those that the server found by their sound. */
function mark(grid: GridController | null, words: string, here: { id: number | null; fields: string[] }) {
  if (!grid) return;
  grid.painter.isFound =
    words === ''
      ? () => false
      : (row, field) =>
          (row.id === here.id && here.fields.includes(field.key)) ||
          shows(grid.painter, row, field, words, grid.context);
  grid.sheet.repaintAll();
}
