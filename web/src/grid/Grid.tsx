import {
  lazy,
  type Ref,
  Suspense,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Cell, Field, Filter, RowHeight, Sort } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import type { SearchRelation } from '@/fields/relations';
import { arriving } from '@/ui/arriving';
import type { AddRecord } from './adding';
import { CellEditor } from './CellEditor';
import type { RowColors } from './colors';
import type { AskCell, SelectionInfo } from './controller';
import { type ControllerHooks, type ControllerOptions, GridController, type MenuRequest } from './controller';
import type { EditSession } from './editing';
import type { Edits, SaveCounts, SaveEdits } from './edits';
import { type ColumnLayout, withColumnAt, withWidths } from './layout';
import type { GuestFrame, Others } from './others';
import type { Decorate } from './painter';
import type { RowSource } from './source';
import 'slickgrid/dist/styles/css/slick.grid.css';
import '@/fields/fields.css';
import './grid.css';
import './groups.css';
import './colors.css';
import './header.css';
import './overlays.css';
import { useMessage } from '@/ui/messages';

const menuPart = () => arriving(() => import('./GridMenu'));
const GridMenu = lazy(menuPart);
/** Milliseconds after the grid: a menu opens at once then, also where the line is gone. */
const MENU_DELAY = 3_000;

export interface GridProps {
  /** What the table is of, for screen readers. */
  label: string;
  source: RowSource;
  /** All fields of the object, hidden ones too, in any order; `layout` says what shows and where. */
  fields: readonly Field[];
  /** The field that names a record: in its column one is invited to add the next. */
  title: string;
  layout: ColumnLayout;
  rowHeight: RowHeight;
  sort: readonly Sort[];
  /** Keys of fields that a filter is on. */
  filtered: readonly string[];
  /** The fields that rows are grouped by, outermost first. */
  groupedBy: readonly Field[];
  context: FieldContext;
  /** What this person may do with these records. */
  rights: { create: boolean; update: boolean; delete: boolean };
  /** Colours cells of a field, such as dates that are near. */
  decorate?: Decorate;
  /** Colours by the rules of the view. */
  colors?: RowColors | null;
  /** Others and the cells that they are on. */
  guests?: readonly GuestFrame[];
  /** Saves edits and says what became of each record. The grid shows the new values at once, marks the ones that were
   * not saved and keeps their text. Asked for one record only once at a time. */
  onEdit: SaveEdits;
  searchRelation: SearchRelation;
  /** Left out: records of a day in the past cannot be opened. */
  onOpenRecord?: (id: number) => void;
  /** Wants these records deleted; the page does it, or asks first. */
  onDelete: (ids: number[]) => void;
  /** Wants every row deleted that the table shows, but those that are unticked. */
  onDeleteAll: () => void;
  /** Wants a new record; `values` is what was typed on the add line, by field key, often nothing. */
  onAdd: AddRecord;
  /** Wants copies of these records. */
  onDuplicate: (ids: number[]) => void;
  /** Wants a new record above or below a row. */
  onInsert: (row: number, below: boolean) => void;
  /** Rows were pasted below the last one; the page asks before it makes records of them. */
  onGrow: (rows: Record<string, Cell>[]) => void;
  onUndo: () => void;
  onRedo: () => void;
  /** Wants the rows in this order. */
  onSort: (sort: Sort[]) => void;
  /** Wants to filter by a field; `anchor` is where the header is. */
  onFilter: (field: Field, anchor: DOMRect) => void;
  /** Wants only those of the rows for which this holds too. */
  onNarrow: (filter: Filter) => void;
  /** Somebody wants to see what stood in a cell before, or what is said about it. */
  onAsk?: AskCell;
  onLayoutChange: (layout: ColumnLayout) => void;
  onSelectionChange: (info: SelectionInfo) => void;
  onSaveState: (counts: SaveCounts) => void;
  /** Gives the grid the edits that wait for the line, and tells it what becomes of them, until it is stopped. */
  awaited?: (edits: Edits) => () => void;
  ref?: Ref<GridHandle>;
}

export interface GridHandle {
  /** Moves the cursor; `row` is a row number, `field` a key of a shown field. */
  setActive: (row: number, field: string) => void;
  focus: () => void;
  /** Paints cells again, all of them where `rows` is left out. */
  invalidate: (rows?: Iterable<number>) => void;
  clearSelectedRows: () => void;
  /** Ticks every row that the table shows, here or not. */
  selectAllRows: () => void;
  /** Unticks where all rows are ticked: the table shows other ones now. */
  otherRows: () => void;
  /** Edits the active cell. */
  startEdit: () => void;
  /** Where changes that others made go to; null until there is a grid. */
  others: () => Others | null;
  /** The grid itself, for what is loaded later and works in it; null until there is one. */
  controller: () => GridController | null;
}

/**
 * The table. Everything that a person does goes out through the `on…` props; what shows comes in through the others.
 *
 * Who does what: `RowSource` (source.ts; remoteSource.ts for a server) has the rows. `GridController` joins the parts,
 * all outside React: `Sheet` paints SlickGrid's panes and knows where cells are, `CellPainter` what they show, `Cursor`
 * where one is, `InputLine` holds the focus and the text, `Editing` leads from the first key to the value, `Edits` saves
 * and keeps what was not saved, `Overlays` lie above the cells, `Keyboard`, mouse.ts, columnMouse.ts and wheel.ts listen.
 * React shows what floats: the editors' lists and calendar, and the menus.
 *
 * Keys: arrows, Tab, Enter, Home, End, Page Up and Down with Ctrl and Shift as in a spreadsheet; typing and F2
 * edit; Alt+Enter starts a line in a long text; Esc gives up, or lets the next Tab leave the grid; Delete empties;
 * Ctrl+C, X and V copy, cut and paste; Ctrl+D and Ctrl+R fill down and to the right; Ctrl+; puts today's date; the corner of the selection draws it on;
 * Ctrl+arrows go to the edge of the data; Ctrl+Alt+= goes to the line to add by, Ctrl+Shift+D copies rows;
 * Space ticks a box or opens the record, Ctrl+Enter opens it; Shift+Space chooses the row, Ctrl+Delete removes rows;
 * Alt+↓ is the column's menu, Shift+F10 the cell's; Alt+Shift+← → make a column narrower and wider.
 */
export function Grid({ ref, ...props }: GridProps) {
  const wrapper = useRef<HTMLDivElement>(null);
  const [controller, setController] = useState<GridController | null>(null);
  const [session, setSession] = useState<EditSession | null>(null);
  const [menu, setMenu] = useState<MenuRequest | null>(null);
  const message = useMessage();
  const options = useControllerOptions(props);

  const latest = useRef({ props, options, message });
  useLayoutEffect(() => {
    latest.current = { props, options, message };
  });

  useEffect(() => {
    const timer = setTimeout(menuPart, MENU_DELAY);
    return () => clearTimeout(timer);
  }, []);

  const { source } = props;
  useEffect(() => {
    if (!wrapper.current) return;
    const now = () => latest.current.props;
    let { onEdit } = now();
    const hooks: ControllerHooks = {
      save: (edits, reason) => {
        // An edit that waits while the page goes on to other rows must not be saved as if it were of those.
        if (now().source === source) onEdit = now().onEdit;
        return onEdit(edits, reason);
      },
      onOpenRecord: (id) => now().onOpenRecord?.(id),
      onDelete: (ids) => now().rights.delete && now().onDelete(ids),
      onDeleteAll: () => now().rights.delete && now().onDeleteAll(),
      onAdd: (values) => now().onAdd(values),
      onGrow: (rows) => now().onGrow(rows),
      onUndo: () => now().onUndo(),
      onRedo: () => now().onRedo(),
      onResizeColumns: (widths) => now().onLayoutChange(withWidths(now().layout, widths)),
      onDuplicate: (ids) => now().onDuplicate(ids),
      onInsert: (row, below) => now().onInsert(row, below),
      onMoveColumn: (key, place) => now().onLayoutChange(withColumnAt(now().layout, key, place)),
      onSelectionChange: (info) => now().onSelectionChange(info),
      onSaveState: (counts) => now().onSaveState(counts),
      onSession: setSession,
      onMenu: setMenu,
      onAsk: (...asked) => now().onAsk?.(...asked),
      onNotice: (text) => void latest.current.message.info(text),
    };
    const created = new GridController(wrapper.current, source, latest.current.options, hooks);
    setController(created);
    return () => {
      created.destroy();
      setController(null);
      setSession(null);
      setMenu(null);
    };
  }, [source]);

  useEffect(() => controller?.update(options), [controller, options]);
  const { colors = null } = props;
  useEffect(() => controller?.setColors(colors), [controller, colors]);
  const { awaited } = props;
  useEffect(() => (controller && awaited ? awaited(controller.edits) : undefined), [controller, awaited]);
  const { guests } = props;
  useEffect(() => {
    if (guests) controller?.others.show(guests);
  }, [controller, guests]);
  useImperativeHandle(ref, () => handleOf(controller), [controller]);

  const { context, layout, rights } = props;
  return (
    <>
      {/* Filled by the controller; React owns only what floats above it. */}
      <div ref={wrapper} className={props.onOpenRecord ? 'kebu-grid' : 'kebu-grid kg-shut'} />
      {controller && session && (
        <CellEditor
          key={`${session.row} ${session.field.key}`}
          session={session}
          controller={controller}
          context={context}
          searchRelation={props.searchRelation}
        />
      )}
      {controller && menu && (
        <Suspense>
          <GridMenu
            request={menu}
            controller={controller}
            context={context}
            fields={props.fields}
            layout={layout}
            openable={props.onOpenRecord !== undefined}
            creatable={rights.create}
            editable={rights.update}
            deletable={rights.delete}
            onLayout={props.onLayoutChange}
            onSort={props.onSort}
            onFilter={props.onFilter}
            onNarrow={props.onNarrow}
            onAsk={props.onAsk ?? null}
            onClose={() => setMenu(null)}
          />
        </Suspense>
      )}
    </>
  );
}

const NO_DECORATION: Decorate = {};

/** The same object until something the controller shows changes. */
function useControllerOptions(props: Omit<GridProps, 'ref'>): ControllerOptions {
  const {
    label,
    fields,
    title,
    layout,
    rowHeight,
    sort,
    filtered,
    groupedBy,
    context,
    rights,
    decorate = NO_DECORATION,
  } = props;
  const shown = useMemo(() => {
    const byKey = new Map(fields.map((field) => [field.key, field]));
    return layout.order.flatMap((key) => (layout.hidden.includes(key) ? [] : (byKey.get(key) ?? [])));
  }, [fields, layout.order, layout.hidden]);
  return useMemo(
    () => ({
      label,
      fields: shown,
      widths: layout.widths,
      frozen: layout.frozen,
      // Heads of groups would stand among them.
      frozenRows: groupedBy.length > 0 ? 0 : layout.frozenRows,
      rowHeight,
      sort,
      filtered,
      groupedBy,
      context,
      decorate,
      editable: rights.update,
      addLine: rights.create,
      addAt: !rights.create
        ? undefined
        : (shown.find(({ key }) => key === title) ?? shown.find(({ readonly }) => !readonly))?.key,
    }),
    [
      label,
      shown,
      title,
      layout.widths,
      layout.frozen,
      layout.frozenRows,
      rowHeight,
      sort,
      filtered,
      groupedBy,
      context,
      decorate,
      rights.update,
      rights.create,
    ],
  );
}

function handleOf(controller: GridController | null): GridHandle {
  return {
    setActive: (row, field) => {
      const column = controller?.sheet.view.fields.findIndex(({ key }) => key === field) ?? -1;
      if (column >= 0) controller?.cursor.goTo({ row, column });
    },
    focus: () => controller?.line.focus(),
    invalidate: (rows) => {
      if (rows) controller?.sheet.repaint(rows);
      else controller?.sheet.repaintAll();
    },
    clearSelectedRows: () => controller?.choice.clear(),
    selectAllRows: () => controller?.choice.chooseAll(),
    otherRows: () => controller?.choice.clearAll(),
    startEdit: () => controller?.editing.start(),
    others: () => controller?.others ?? null,
    controller: () => controller,
  };
}
