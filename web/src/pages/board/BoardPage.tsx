import '@/i18n/kinds';
import { Button, Select } from 'antd';
import { lazy, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Field, ObjectInfo } from '@/api/types';
import { nameIn } from '@/fields/cells';
import { shownKeys } from '@/grid/layout';
import type { GridRow } from '@/grid/source';
import { cardFields } from '@/pages/kinds/CardFields';
import { Frame } from '@/pages/kinds/Frame';
import { type KindPage, useKindPage } from '@/pages/kinds/kind-page';
import { columnFields } from '@/pages/table/kinds';
import { Tool } from '@/pages/table/Toolbar';
import type { TableState } from '@/pages/table/table-state';
import { ProjectOutlined } from '@/ui/icons';
import { Statement } from '@/ui/states';
import { useNarrow } from '@/ui/useNarrow';
import styles from './board.module.css';
import { moveFocus } from './board-keys';
import { Column } from './Column';
import { type BoardColumn, columnFilter, columnsOf, type Move } from './columns';
import { type Figures, totalOf, useFigures } from './figures';

const BoardSettings = lazy(() => import('./BoardSettings'));
/** Lines on a card below its name. */
const CARD_FIELDS = 5;

export default function BoardPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation('kinds');
  const page = useKindPage(object, state);
  const [open, setOpen] = useState(false);
  const field = (key: string | undefined) => object.fields.find((one) => one.key === key);
  const by = field(state.part.board?.by);
  const sum = field(state.part.board?.sum);
  const figures = useFigures(page, by, sum);
  const tool = (
    <Tool
      label={by ? t('board.tool', { field: labelOf(by.label_all) }) : t('board.settings')}
      icon={<ProjectOutlined />}
      open={open}
      onOpen={setOpen}
    >
      <BoardSettings object={object} state={state} />
    </Tool>
  );
  return (
    <Frame page={page} tool={tool} count={by ? totalOf(figures.data) : null} error={figures.error}>
      {by ? <Board key={by.key} page={page} by={by} sum={sum} figures={figures.data} /> : <ChooseField page={page} />}
    </Frame>
  );
}

interface BoardProps {
  page: KindPage;
  by: Field;
  sum: Field | undefined;
  figures: Figures | undefined;
}
function Board({ page, by, sum, figures }: BoardProps) {
  const { t } = useTranslation('kinds');
  const { object, state, context } = page;
  const narrow = useNarrow();
  const all = useMemo(() => columnsOf(by, context, t('board.none')), [by, context, t]);
  const columns = all.filter(({ id, quiet }) => !quiet || figures?.has(id));
  const [saving, setSaving] = useState<Move<GridRow>[]>([]);
  const [kept, setKept] = useState<Move<GridRow>[]>([]);
  const [dragging, setDragging] = useState(false);
  const [said, setSaid] = useState('');
  const [only, setOnly] = useState(columns[0]?.id ?? '');

  const fields = useMemo(
    () => cardFields(object.fields, shownKeys(state.layout), [object.title_field, by.key], CARD_FIELDS),
    [object, by.key, state.layout],
  );
  const asked = [object.title_field, by.key, ...fields.map(({ key }) => key)];
  const mayMove = object.rights.update && !by.readonly;

  // What waits for the line stands where it was put, after a reload, too: columns say which of their cards that is.
  const waiting = kept.flatMap((one) => {
    const value = page.unsent.get(one.row.id)?.[by.key];
    return value === undefined ? [] : [{ ...one, to: String(value ?? '') }];
  });
  const moves = [...waiting.filter(({ row }) => !saving.some((one) => one.row.id === row.id)), ...saving];
  const keep = useCallback(
    (found: Move<GridRow>[]) =>
      setKept((before) => {
        const isKnown = ({ row, from }: Move<GridRow>) =>
          before.some((one) => one.row.id === row.id && one.from === from);
        const fresh = found.filter((one) => !isKnown(one));
        if (fresh.length === 0) return before;
        return [...before.filter(({ row }) => !fresh.some((one) => one.row.id === row.id)), ...fresh];
      }),
    [],
  );

  const move = async (row: GridRow, from: BoardColumn, to: BoardColumn, place: number) => {
    // One that waits is counted where the server has it.
    const before = waiting.find((one) => one.row.id === row.id);
    const moving = { row, from: before?.from ?? from.id, to: to.id, place };
    setSaving((all) => [...all.filter((one) => one.row.id !== row.id), moving]);
    setKept((all) => [...all.filter((one) => one.row.id !== row.id), moving]);
    const saved = await page.save(row, { [by.key]: to.value });
    setSaving((all) => all.filter((one) => one !== moving));
    if (saved) setSaid(t('card.moved', { name: nameIn(row.cells[object.title_field]), to: to.label }));
  };

  return (
    <>
      {narrow ? (
        <Select
          className={styles.switch}
          aria-label={t('board.column')}
          value={only}
          options={columns.map(({ id, label }) => ({ value: id, label: named(label, figures?.get(id)?.count ?? 0) }))}
          onChange={setOnly}
        />
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys go from card to card, which are buttons */}
      <div className={styles.board} data-narrow={narrow} onKeyDown={moveFocus}>
        {columns
          .filter(({ id }) => !narrow || id === only)
          .map((column) => (
            <Column
              key={column.id}
              column={column}
              columns={columns}
              figure={figures && (figures.get(column.id) ?? { count: 0, sum: null })}
              sum={sum}
              object={object}
              fields={fields}
              context={context}
              question={{
                filter: columnFilter(state.filter, by.key, column.value),
                sort: state.sort,
                search: state.search,
                fields: asked,
              }}
              moves={moves}
              by={by.key}
              unsent={page.unsent}
              onKept={keep}
              still={dragging}
              group={mayMove && !narrow ? 'board' : null}
              mayMove={mayMove}
              opened={state.record}
              onOpen={page.open}
              onAdd={
                object.rights.create && !by.readonly && !column.quiet
                  ? () => page.begin(column.value === null ? {} : { [by.key]: column.value })
                  : null
              }
              onMove={move}
              onDragging={setDragging}
            />
          ))}
      </div>
      <div className="visually-hidden" role="status">
        {said}
      </div>
    </>
  );
}

const named = (label: string, count: number) => (count > 0 ? `${label} ${count.toLocaleString('en-US')}` : label);

/** The field of the columns is gone, or was never said. */
function ChooseField({ page: { object, state } }: { page: KindPage }) {
  const { t } = useTranslation('kinds');
  const fields = columnFields(object);
  if (fields.length === 0) return <Statement title={t('board.nothing', { object: labelOf(object.label) })} />;
  return (
    <Statement title={t('board.choose')} text={t('board.chooseText')} role="status">
      {fields.slice(0, 5).map((field) => (
        <Button key={field.key} onClick={() => state.setPart({ board: { by: field.key } })}>
          {labelOf(field.label_all)}
        </Button>
      ))}
    </Statement>
  );
}
