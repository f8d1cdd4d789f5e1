import { Button, Input, Radio, Tooltip } from 'antd';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choosing, Difference, DifferenceCell, Side } from '@/api/comparisons';
import { labelOf, useObject } from '@/api/objects';
import type { ObjectKey } from '@/api/types';
import { dateTime, timeAgo } from '@/i18n/time';
import { LockOutlined } from '@/ui/icons';
import page from '@/ui/page.module.css';
import styles from './roundtrip.module.css';

interface Props {
  row: Difference;
  object: ObjectKey;
  onChoose: (what: Choosing) => void;
}

/** Which words the two sides of a row have. */
function sides({ kind, word }: Difference) {
  if (kind === 'new') return { mine: 'leave', theirs: 'create' } as const;
  if (kind === 'removed') return { mine: 'keep', theirs: 'delete' } as const;
  if (word === 'gone') return { mine: 'stay', theirs: 'restore' } as const;
  return { mine: 'mine', theirs: 'theirs' } as const;
}

/** What is chosen for the whole row; nothing where its cells differ in that. */
function wholeOf(row: Difference): Side | null {
  if (row.kind === 'new' || row.kind === 'removed' || row.word === 'gone') return row.choice;
  const said = new Set(row.cells.filter(isOpen).map((cell) => cell.choice));
  return said.size === 1 ? ([...said][0] ?? null) : null;
}

const isOpen = ({ state, locked }: DifferenceCell) => (state === 'conflict' || state === 'edit') && !locked;

/** Whether there is anything to choose in it. */
const isChoice = (row: Difference) =>
  row.kind !== 'here' &&
  !row.locked &&
  (row.kind === 'new' || row.kind === 'removed' || row.word === 'gone' || row.cells.some(isOpen));

/** One record that differs: each of its values both ways, with a choice for the row and for each. */
export function DifferenceRow({ row, object, onChoose }: Props) {
  const { t } = useTranslation('roundtrip');
  const heading = useId();
  const { place } = row;
  const words = sides(row);
  const choose = (choice: Side) => onChoose({ rows: [{ place, choice }] });
  const onKeyDown = (event: KeyboardEvent<HTMLLIElement>) => {
    if (event.target !== event.currentTarget) return;
    const next = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
    const side = { ArrowLeft: 'mine', ArrowRight: 'theirs' } as const;
    if (event.key in next) {
      const other = event.currentTarget[next[event.key as keyof typeof next]];
      if (other instanceof HTMLElement) other.focus();
    } else if (event.key in side && isChoice(row)) choose(side[event.key as keyof typeof side]);
    else return;
    event.preventDefault();
  };
  const title = row.title || t('untitled');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from row to row; each choice is a radio button besides
    <li className={styles.row} tabIndex={0} aria-labelledby={heading} data-kind={row.kind} onKeyDown={onKeyDown}>
      <div className={styles.rowHead}>
        <h3 id={heading} className={styles.rowTitle}>
          {title}
        </h3>
        <span className={styles.kind} data-kind={row.kind}>
          {t(`kinds.${row.kind}`)}
        </span>
        {row.row === null ? null : <span className={styles.muted}>{t('at', { row: row.row })}</span>}
        <span className={page.space} />
        {row.kind === 'here' ? (
          <span className={styles.muted}>{t('nothingToDo')}</span>
        ) : isChoice(row) ? (
          <Radio.Group
            size="small"
            optionType="button"
            aria-label={t('rowOf', { title })}
            value={wholeOf(row)}
            options={(['mine', 'theirs'] as const).map((value) => ({ value, label: t(`row.${words[value]}`) }))}
            onChange={(event) => choose(event.target.value)}
          />
        ) : (
          <span className={styles.lockedRow}>
            <LockOutlined /> {t('locked')}
          </span>
        )}
      </div>
      {row.locked ? <p className={styles.reason}>{row.locked.message}</p> : null}
      {row.word ? <p className={styles.word}>{t(`words.${row.word}`)}</p> : null}
      {row.cells.map((cell) => (
        <Cell key={cell.field} row={row} cell={cell} object={object} onChoose={onChoose} />
      ))}
    </li>
  );
}

function Cell({ row, cell, object, onChoose }: Props & { cell: DifferenceCell }) {
  const { t } = useTranslation('roundtrip');
  const name = useId();
  const field = labelOf(useObject(object)?.fields.find((one) => one.key === cell.field)?.label_all) || cell.field;
  const { place } = row;
  const choose = (choice: Side) => onChoose({ cells: [{ place, field: cell.field, choice }] });
  const own = isOpen(cell) && row.word !== 'gone' && !row.locked;
  const pick = (side: Side) =>
    own ? (
      <input
        type="radio"
        name={name}
        aria-label={`${t(side)}: ${cell[side === 'mine' ? 'ours' : 'theirs'] || t('empty')}`}
        checked={cell.choice === side}
        onChange={() => choose(side)}
      />
    ) : null;
  const said = (
    <>
      <Value text={cell.theirs} />
      {cell.fixed ? <span className={styles.fixed}>{t('fixed')}</span> : null}
    </>
  );
  return (
    <div className={styles.cell} role="radiogroup" aria-label={t('valueOf', { field })} data-state={cell.state}>
      <span className={styles.field}>{field}</span>
      {cell.state === 'new' ? null : (
        <>
          <span className={styles.base}>
            <small>{t('base')}</small>
            {cell.base === null ? <i>{t('unknownBase')}</i> : <Value text={cell.base} />}
          </span>
          {/* biome-ignore lint/a11y/noLabelWithoutControl: the radio button is inside */}
          <label className={styles.side} data-chosen={own && cell.choice === 'mine'}>
            {pick('mine')}
            <span>
              <small>
                {t('mine')}
                {cell.at ? (
                  <Tooltip title={dateTime(cell.at)}>
                    <span className={styles.who}>
                      {t('changedBy', { by: cell.by || t('program'), ago: timeAgo(cell.at) })}
                    </span>
                  </Tooltip>
                ) : null}
              </small>
              <Value text={cell.ours} />
            </span>
          </label>
        </>
      )}
      {cell.state === 'here' ? null : (
        <div className={styles.theirs}>
          {/* biome-ignore lint/a11y/noLabelWithoutControl: the radio button is inside */}
          <label
            className={styles.side}
            data-chosen={own && cell.choice === 'theirs'}
            data-problem={cell.problem !== null}
            data-locked={cell.locked !== null || row.locked !== null}
          >
            {pick('theirs')}
            <span>
              <small>{t('theirs')}</small>
              {said}
            </span>
          </label>
          {cell.locked && !row.locked ? (
            <p className={styles.lockedCell}>
              <LockOutlined /> {cell.locked.message}
            </p>
          ) : (cell.problem || cell.fixed) && !row.locked ? (
            <Mend key={cell.theirs} cell={cell} field={field} place={place} onChoose={onChoose} />
          ) : null}
        </div>
      )}
    </div>
  );
}

function Value({ text }: { text: string }) {
  const { t } = useTranslation('roundtrip');
  return text ? <span className={styles.value}>{text}</span> : <i className={styles.empty}>{t('empty')}</i>;
}

interface MendProps {
  cell: DifferenceCell;
  field: string;
  place: number;
  onChoose: (what: Choosing) => void;
}

/** The reason why a value is none, and a box to type a better one. */
function Mend({ cell, field, place, onChoose }: MendProps) {
  const { t } = useTranslation('roundtrip');
  const [text, setText] = useState(cell.theirs);
  const reason = useId();
  const save = () => {
    const value = text.trim();
    if (value && value !== cell.theirs) onChoose({ typed: [{ place, field: cell.field, value }] });
  };
  return (
    <div className={styles.mend}>
      {cell.problem ? (
        <p id={reason} className={styles.reason}>
          {cell.problem.message}
        </p>
      ) : null}
      <Input
        size="small"
        aria-label={t('fixOf', { field })}
        aria-describedby={cell.problem ? reason : undefined}
        status={cell.problem ? 'error' : undefined}
        prefix={t('fix')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={(event) => {
          if (!event.nativeEvent.isComposing) save();
        }}
        onBlur={save}
      />
      {cell.fixed ? (
        <Button
          size="small"
          type="link"
          onClick={() => onChoose({ typed: [{ place, field: cell.field, value: null }] })}
        >
          {t('unfix')}
        </Button>
      ) : null}
    </div>
  );
}
