import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { insertRecord, moveRecords } from '@/api/places';
import type { ObjectInfo } from '@/api/types';
import { recordsChanged } from '@/commands/changed';
import { useCommands } from '@/commands/command';
import { undoable } from '@/commands/undo';
import { ByHand, type Beside as Place } from '@/grid/byHand';
import type { GridController } from '@/grid/controller';
import type { ColumnLayout } from '@/grid/layout';
import type { Regrouping } from '@/grid/regroup';
import { whyNotFrozen } from '@/grid/rowsStay';
import type { RowSource } from '@/grid/source';
import { arriving } from '@/ui/arriving';
import { PlusOutlined } from '@/ui/icons';
import { useMessage } from '@/ui/messages';
import styles from './byHand.module.css';
import { isUnreachable } from './outbox';
import '@/i18n/byHand';

const GroupDialog = lazy(() => arriving(() => import('./GroupDialog')));

/** Letters of a group's name that are said. */
const MAX_NAME = 60;
/** A new row is waited for so long before the cursor goes to it. */
const WAIT_MS = 5_000;

interface Beside {
  row: number;
  below: boolean;
}

/** Rows that are asked about before they go: into which group, or on which day. */
interface Asking {
  ids: number[];
  given: Regrouping | null;
  move: (rows: Regrouping) => Promise<string | null>;
}

interface Props {
  object: ObjectInfo;
  source: RowSource;
  /** Whether rows stand in groups. */
  grouped: boolean;
  /** Where a new row is being written; null: nowhere. */
  inserting: Beside | null;
  controller: () => GridController | null;
  onInserting: (beside: Beside | null) => void;
  layout: ColumnLayout;
  onLayout: (layout: ColumnLayout) => void;
}

/** Acts on rows by hand for the palette, and the line in which a row begins that is put between two others. */
export default function RowsByHand(props: Props) {
  const { object, source, grouped, inserting, controller, onInserting, layout, onLayout } = props;
  const { t } = useTranslation('byHand');
  const { rights } = object;
  const message = useMessage();
  const [asking, setAsking] = useState<Asking | null>(null);
  const held = controller();
  useEffect(() => {
    if (!held) return;
    const { sheet, cursor, painter, choice } = held;
    /** Where there is no line, the values wait for it as any edit does; the place is lost. */
    const keep = ({ ids, values }: Regrouping) => {
      const rows = ids.flatMap((id) => {
        const row = source.find(id);
        const data = row === undefined ? undefined : source.get(row);
        return row === undefined || !data ? [] : [{ row, id, version: data.version, values }];
      });
      if (rows.length === ids.length) held.edits.add(rows);
      return rows.length === ids.length;
    };
    const regroup = async (rows: Regrouping, place: Place | null): Promise<string | null> => {
      const { ids, name, values } = rows;
      const group = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
      const label = t('labelGroup', { count: ids.length, group });
      try {
        await undoable(moveRecords(object.key, ids, place, label, values));
      } catch (error) {
        return isUnreachable(error) && keep(rows) ? null : errorText(error);
      }
      recordsChanged(object.key);
      void message.success(t('moved', { count: ids.length, group }));
      return null;
    };
    held.byHand = new ByHand(
      { source, sheet, cursor, painter, choice },
      {
        onMove: (ids, target, below) => {
          const label = t('label', { count: ids.length });
          // Also where it failed: the rows have moved on the page already.
          undoable(moveRecords(object.key, ids, { target, below }, label))
            .catch((error: unknown) => void message.error(errorText(error)))
            .finally(() => recordsChanged(object.key));
        },
        onRegroup: (given, place) => {
          if (given.spans.length > 0) setAsking({ ids: given.ids, given, move: (rows) => regroup(rows, place) });
          else void regroup(given, place).then((refused) => refused && void message.error(refused));
        },
        onAskGroup: (ids) => setAsking({ ids, given: null, move: (rows) => regroup(rows, null) }),
        onNotice: (text) => void message.info(text),
      },
    );
    held.wrapper.classList.add('kg-movable');
  }, [held, source, message, object.key, t]);
  const act = (id: string, label: string, enabled: boolean, perform: (grid: GridController) => void) => ({
    id,
    label,
    enabled,
    perform: () => {
      const grid = controller();
      if (grid) perform(grid);
    },
  });
  useCommands([
    act('insertAbove', t('above'), rights.create, (grid) => grid.rows.insert(false)),
    act('insertBelow', t('below'), rights.create, (grid) => grid.rows.insert(true)),
    act('moveUp', t('up'), rights.update, (grid) => grid.byHand?.step(-1)),
    act('moveDown', t('down'), rights.update, (grid) => grid.byHand?.step(1)),
    act('moveToGroup', t('toGroup'), rights.update && grouped, (grid) => grid.byHand?.askGroup()),
    act('freezeRows', t('freeze'), true, (grid) => {
      const frozenRows = (grid.cursor.active?.row ?? 0) + 1;
      const refusal = whyNotFrozen(grid, frozenRows);
      if (refusal === null) onLayout({ ...layout, frozenRows });
      else grid.notify(refusal);
    }),
    act('unfreezeRows', t('unfreeze'), layout.frozenRows > 0, () => onLayout({ ...layout, frozenRows: 0 })),
  ]);
  const grid = controller();
  if (!grid) return null;
  return (
    <>
      {inserting ? (
        <InsertLine
          key={`${inserting.row} ${inserting.below}`}
          object={object}
          source={source}
          grid={grid}
          beside={inserting}
          onClose={() => {
            onInserting(null);
            grid.line.focus();
          }}
        />
      ) : null}
      {asking ? (
        <Suspense>
          <GroupDialog
            ids={asking.ids}
            given={asking.given}
            source={source}
            grid={grid}
            onMove={asking.move}
            onClose={() => {
              setAsking(null);
              grid.line.focus();
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}

interface LineProps {
  object: ObjectInfo;
  source: RowSource;
  grid: GridController;
  beside: Beside;
  onClose: () => void;
}

/** Takes the name of the new row, where it will stand. Whoever leaves it has written it, as in a cell. */
function InsertLine({ object, source, grid, beside, onClose }: LineProps) {
  const { t } = useTranslation('byHand');
  const message = useMessage();
  const [name, setName] = useState('');
  const saving = useRef(false);
  const [target] = useState(() => source.get(beside.row)?.id ?? 0);
  const field = object.fields.find(({ key }) => key === object.title_field);
  const rect = grid.sheet.rectOf(beside.row, 0);
  const outer = grid.wrapper.getBoundingClientRect();
  const top = (beside.below ? rect.bottom : rect.top) - outer.top - rect.height / 2;

  const leave = () => {
    saving.current = true;
    onClose();
  };
  const save = async () => {
    if (saving.current) return;
    const text = name.trim();
    if (text === '') {
      leave();
      return;
    }
    saving.current = true;
    try {
      const made = await undoable(insertRecord(object.key, { [object.title_field]: text }, target, beside.below));
      goToWhenHere(made.id);
      recordsChanged(object.key);
      onClose();
    } catch (error) {
      // What was typed stays in the line.
      saving.current = false;
      void message.error(errorText(error));
    }
  };
  const goToWhenHere = (id: number) => {
    const look = () => {
      const row = source.find(id);
      if (row === undefined) return;
      stop();
      clearTimeout(timer);
      const column = grid.sheet.view.fields.findIndex(({ key }) => key === object.title_field);
      grid.cursor.goTo({ row, column: Math.max(0, column) });
    };
    const stop = source.subscribe(look);
    const timer = setTimeout(stop, WAIT_MS);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') void save();
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className={styles.line}
      style={{ top: Math.max(4, top), left: rect.left - outer.left, minHeight: rect.height }}
    >
      <PlusOutlined />
      <input
        // biome-ignore lint/a11y/noAutofocus: somebody asked for it to type into
        autoFocus
        value={name}
        placeholder={t('name', { field: labelOf(field?.label_all) })}
        aria-label={t('name', { field: labelOf(field?.label_all) })}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKey}
        onBlur={() => void save()}
      />
      <small>{t('hint')}</small>
    </div>
  );
}
