import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { labelOf } from '@/api/objects';
import type { Cell, ObjectInfo, RecordId } from '@/api/types';
import { OTHERS, onRecordsChanged } from '@/commands/changed';
import { dueTone } from '@/fields/format';
import type { Edits } from '@/grid/edits';
import { Grid, type GridHandle } from '@/grid/Grid';
import type { GuestFrame } from '@/grid/others';
import { isUnmade } from '@/grid/source';
import { useRelationSearch } from '@/pages/record/relation-search';
import { arriving } from '@/ui/arriving';
import { useCellAsked } from './cell-asked';
import { useConflicts } from './conflicts';
import { Finding, findPart } from './Finding';
import { useGrowing } from './growing';
import { Hints } from './Hints';
import { awaitUnsent } from './outbox';
import { SearchBox } from './SearchBox';
import { StatusBar } from './StatusBar';
import { useSaveEdits } from './saving';
import { Toolbar } from './Toolbar';
import styles from './table.module.css';
import { useTableActs } from './table-acts';
import { useTableCommands } from './table-commands';
import type { TableState } from './table-state';
import { ViewTabs } from './ViewTabs';
import { useViewRows } from './view-rows';

const EmptyTable = lazy(() => arriving(() => import('./EmptyTable')));
/** Milliseconds after the table. */
const FIND_DELAY = 3_000;
const RowsByHand = lazy(() =>
  new Promise((begin) => setTimeout(begin, 1000)).then(() => arriving(() => import('./RowsByHand'))),
);
const ChosenBar = lazy(() => arriving(() => import('@/pages/many/ChosenBar')));
// After the first rows: what others did meanwhile is told then.
const Together = lazy(() =>
  new Promise((begin) => setTimeout(begin, 1000)).then(() => arriving(() => import('./Together'))),
);
const RecordPanel = lazy(() => arriving(() => import('@/pages/record/RecordPanel')));

/** The table on a wide screen: title and views, one toolbar, the grid to all edges, the record beside it. */
export function GridPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const grid = useRef<GridHandle>(null);
  const view = useViewRows(object, state, grid);
  const { context, users, selection, shown, groupedBy, question, place, rows, summary, refusal } = view;
  const searchRelation = useRelationSearch();
  const searchBox = useRef<HTMLInputElement>(null);
  const [saves, setSaves] = useState({ saving: 0, waiting: 0, failed: 0, kept: 0 });
  const [touched, setTouched] = useState(false);
  // Counts how often it was asked for; null: it does not show.
  const [finding, setFinding] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => void findPart().catch(() => undefined), FIND_DELAY);
    return () => clearTimeout(timer);
  }, []);
  const [inserting, setInserting] = useState<{ row: number; below: boolean } | null>(null);
  const [removing, setRemoving] = useState(false);
  const [draft, setDraft] = useState<Record<string, Cell>>({});
  const { record } = state;

  const others = useCallback(() => grid.current?.others() ?? null, []);
  const [moved, setMoved] = useState(false);
  const [frames, setFrames] = useState<readonly GuestFrame[]>([]);
  const { source, count } = rows;
  const refresh = useLatest(rows.refresh);
  useEffect(
    () =>
      onRecordsChanged((changed, from) => {
        // What others do comes through the stream, row by row.
        if (from === OTHERS) return;
        if (from !== source || (changed !== null && changed !== object.key)) refresh();
      }),
    [source, refresh, object.key],
  );

  // All rows were those of the filter and the search at that moment.
  // biome-ignore lint/correctness/useExhaustiveDependencies: their change is what counts
  useEffect(() => grid.current?.otherRows(), [JSON.stringify(state.filter), state.search]);

  const nameOf = (id: RecordId) => {
    const row = source.find(id);
    return String((row === undefined ? undefined : source.get(row)?.cells[object.title_field]) ?? '');
  };
  const conflicts = useConflicts(object, context, nameOf);
  const asked = useCellAsked(object, source, conflicts.ask, () => grid.current?.focus());
  // Heads of groups show sums; where there are none, rows keep their places.
  const reread = useLatest(groupedBy.length > 0 ? rows.refresh : rows.reread);
  const save = useSaveEdits(object, conflicts.ask, reread, source);
  const [unmade, setUnmade] = useState(0);
  const awaited = useCallback(
    (edits: Edits) =>
      awaitUnsent(object.key, edits, (waiting) => {
        source.append(waiting);
        setUnmade(waiting.length);
      }),
    [object.key, source],
  );
  const acts = useTableActs(object, source, {
    openNew: (values) => {
      setDraft(values);
      state.go({ record: 'new', tab: undefined });
    },
    open: (id) => state.go({ record: id }),
  });
  const growing = useGrowing(object, acts.grow);
  const remove = (ids: RecordId[]) => void acts.remove(ids).then(() => grid.current?.clearSelectedRows());
  const commands = useTableCommands(object, state, acts, () => searchBox.current?.select(), {
    open: finding !== null,
    ask: () => setFinding((before) => (before ?? 0) + 1),
  });

  const decorate = useMemo(
    () =>
      Object.fromEntries(
        object.fields
          .filter((field) => field.key === 'next_follow_up')
          .map((field) => [field.key, (cell: Cell | undefined) => dueTone(cell, context.today)]),
      ),
    [object.fields, context.today],
  );
  const isFiltered = state.filter !== null || state.search !== '';
  const plural = labelOf(object.plural);

  return (
    <div className={styles.page}>
      <header className={styles.titleBar}>
        <h1 className={styles.title}>{plural}</h1>
        <ViewTabs object={object} state={state} />
        <SearchBox
          ref={searchBox}
          object={plural}
          value={state.search}
          onChange={state.setSearch}
          onLeave={() => grid.current?.focus()}
        />
        {count === null ? null : (
          <Suspense>
            <Together
              object={object.key}
              rows={rows}
              question={question}
              active={selection?.active ?? null}
              users={users}
              others={others}
              onMoved={setMoved}
              onFrames={setFrames}
              title={object.title_field}
              onAsk={asked.open}
            />
          </Suspense>
        )}
      </header>
      <Toolbar
        object={object}
        state={state}
        context={context}
        commands={commands}
        filterAsked={view.filterAsked}
        onFilterAsked={view.setFilterAsked}
        onToggleGroups={(open) => source.toggleAll(open)}
      />
      <div className={styles.work}>
        <div className={styles.table}>
          <Grid
            key={place}
            ref={grid}
            {...view.gridProps}
            label={state.view ? `${plural} · ${state.view.name}` : plural}
            decorate={decorate}
            guests={frames}
            awaited={awaited}
            onEdit={save}
            searchRelation={searchRelation}
            onOpenRecord={(id) => (id > 0 || isUnmade(id)) && state.go({ record: id })}
            onDelete={remove}
            onDuplicate={(ids) => void acts.duplicate(ids).then(() => grid.current?.clearSelectedRows())}
            onInsert={(row, below) => setInserting({ row, below })}
            onDeleteAll={() => setRemoving(true)}
            onAdd={acts.add}
            onGrow={growing.ask}
            onUndo={() => void acts.undo()}
            onRedo={() => void acts.redo()}
            onAsk={asked.open}
            onSaveState={(counts) => {
              setSaves(counts);
              setTouched(true);
            }}
          />
          {(count === 0 && unmade === 0) || refusal !== null ? (
            <Suspense>
              <EmptyTable
                object={object}
                filtered={isFiltered}
                refusal={refusal}
                state={state}
                onAdd={() => void acts.add({})}
              />
            </Suspense>
          ) : null}
          {count !== null && count > 0 ? <Hints /> : null}
          {count === null ? null : (
            <Suspense>
              <RowsByHand
                object={object}
                source={source}
                grouped={groupedBy.length > 0}
                inserting={inserting}
                controller={() => grid.current?.controller() ?? null}
                onInserting={setInserting}
                layout={state.layout}
                onLayout={state.setLayout}
              />
            </Suspense>
          )}
          <Finding
            key={`find ${place}`}
            object={object}
            rows={rows}
            asked={finding}
            label={commands.find.label}
            grid={grid}
            onClose={() => setFinding(null)}
          />
          {selection && selection.chosen.count > 0 ? (
            <Suspense>
              <ChosenBar
                object={object}
                context={context}
                searchRelation={searchRelation}
                chosen={selection.chosen}
                filter={state.filter}
                search={state.search}
                count={count}
                removing={removing}
                onRemoving={setRemoving}
                onRemove={remove}
                onAll={() => grid.current?.selectAllRows()}
                onClear={() => grid.current?.clearSelectedRows()}
              />
            </Suspense>
          ) : null}
        </div>
        {record === undefined ? null : (
          <Suspense>
            <RecordPanel
              key={record}
              object={object}
              id={record}
              draft={draft}
              shown={shown}
              context={context}
              ask={conflicts.ask}
              tab={state.tab}
              onTab={(tab) => state.go({ tab: tab === 'fields' ? undefined : tab }, true)}
              onSaved={(id, version, values) => source.patch(id, version, values)}
              onCreated={(id) => state.go({ record: id }, typeof record === 'number')}
              onRemove={(id) => {
                state.go({ record: undefined, tab: undefined });
                void acts.remove([id]);
              }}
              onClose={() => {
                state.go({ record: undefined, tab: undefined });
                grid.current?.focus();
              }}
              from={source}
            />
          </Suspense>
        )}
      </div>
      <StatusBar
        count={count}
        summary={summary}
        saves={saves}
        offline={rows.error !== null && refusal === null}
        touched={touched}
        moved={moved}
        onRefresh={rows.refresh}
      />
      {asked.popover}
      {conflicts.dialog}
      {growing.dialog}
    </div>
  );
}

/** The same function for ever, which does what the newest one does. */
function useLatest(act: () => void): () => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  return useCallback(() => latest.current(), []);
}
