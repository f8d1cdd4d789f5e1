import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { labelOf } from '@/api/objects';
import type { Cell, Field, ObjectInfo, RecordId } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import type { GridRow } from '@/grid/source';
import { type Question, useEndlessRows } from '@/pages/kinds/rows';
import { PlusOutlined } from '@/ui/icons';
import { useSeen } from '@/ui/useSeen';
import { useCardDrag } from '@/ui/useSortable';
import styles from './board.module.css';
import { Card } from './Card';
import { ColumnName } from './ColumnName';
import { type BoardColumn, type Move, movedBy, withMoves } from './columns';
import type { Figure } from './figures';

const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

interface Props {
  column: BoardColumn;
  columns: BoardColumn[];
  /** Undefined: not known yet. */
  figure: Figure | undefined;
  /** What is added up. */
  sum: Field | undefined;
  object: ObjectInfo;
  fields: readonly Field[];
  context: FieldContext;
  question: Question;
  moves: Move<GridRow>[];
  /** The field of the columns. */
  by: string;
  /** Values that wait for the line. */
  unsent: ReadonlyMap<RecordId, Record<string, Cell>>;
  /** Cards of this column that wait to be moved. */
  onKept: (moves: Move<GridRow>[]) => void;
  /** A card is being dragged: nothing may move by itself. */
  still: boolean;
  group: string | null;
  mayMove: boolean;
  opened: RecordId | 'new' | undefined;
  onOpen: (id: RecordId) => void;
  onAdd: (() => void) | null;
  onMove: (row: GridRow, from: BoardColumn, to: BoardColumn, place: number) => void;
  onDragging: (dragging: boolean) => void;
}

/** One column: its name, how many there are, and its cards, more of them as one scrolls. */
export function Column(props: Props) {
  const { column, columns, figure, sum, object, question, moves, still, opened } = props;
  const { onOpen, onAdd, onMove, onDragging } = props;
  const { t } = useTranslation(['kinds', 'common']);
  // A column far to the side asks for nothing.
  const [near, setNear] = useState(false);
  const seen = useSeen<HTMLElement>(() => setNear(true));
  const found = useEndlessRows(object.key, question, near);
  const more = useSeen<HTMLDivElement>(() => found.more?.());

  const { by, unsent, onKept } = props;
  useEffect(() => {
    const away = (found.rows ?? []).filter(({ id }) => unsent.get(id)?.[by] !== undefined);
    if (away.length > 0) onKept(away.map((row) => ({ row, from: column.id, to: '', place: 0 })));
  }, [found.rows, unsent, by, column.id, onKept]);

  const list = withMoves(found.rows ?? [], column.id, moves);
  const held = useRef(list);
  useEffect(() => {
    if (!still) held.current = list;
  });
  const cards = still ? held.current : list;

  const target = (id: string) => columns.find((one) => one.id === id);
  const drag = useCardDrag<HTMLUListElement>(
    column.quiet ? null : props.group,
    () => onDragging(true),
    (drop) => {
      onDragging(false);
      const row = drop && cards.find(({ id }) => String(id) === drop.card);
      const to = drop && target(drop.list);
      if (row && to) onMove(row, column, to, drop.place);
    },
  );
  const count = figure && Math.max(0, figure.count + movedBy(column.id, moves));
  return (
    <section ref={seen} className={styles.column} aria-label={column.label}>
      <header className={styles.head}>
        <h2 className={styles.name} title={column.label}>
          <ColumnName column={column} person={typeof column.value === 'number'} />
        </h2>
        <span className={styles.count}>{count?.toLocaleString('en-US')}</span>
        <span className={styles.grow} />
        {sum && figure && figure.sum !== null ? (
          <span className={styles.sum} title={t('board.sumOf', { field: labelOf(sum.label_all) })}>
            {figures.format(figure.sum)}
          </span>
        ) : null}
        {onAdd ? (
          <Button
            type="text"
            size="small"
            icon={<PlusOutlined />}
            aria-label={t('board.add', { column: column.label, object: labelOf(object.label) })}
            onClick={onAdd}
          />
        ) : null}
      </header>
      <div className={styles.scroll}>
        <ul ref={drag} className={styles.list} data-list={column.id}>
          {cards.map((row) => (
            <Card
              key={row.id}
              row={row}
              title={object.title_field}
              fields={props.fields}
              context={props.context}
              column={column}
              columns={columns}
              mayMove={props.mayMove}
              waits={unsent.has(row.id)}
              open={opened === row.id}
              onOpen={onOpen}
              onMove={onMove}
            />
          ))}
        </ul>
        {found.error ? (
          <p className={styles.problem} role="alert">
            {t('board.failed')}
            <Button type="link" size="small" onClick={found.retry}>
              {t('common:error.retry')}
            </Button>
          </p>
        ) : found.rows === undefined ? (
          <div className={styles.waiting} role="status" aria-label={t('common:loading')} />
        ) : found.more ? (
          // Made anew with every page, or it would not be seen again where it stays in sight.
          <div key={found.rows.length} ref={more} className={styles.waiting} />
        ) : null}
      </div>
    </section>
  );
}
