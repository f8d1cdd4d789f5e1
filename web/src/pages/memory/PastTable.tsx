import '@/i18n/memory';
import { Button, Input } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { labelOf } from '@/api/objects';
import type { ObjectInfo } from '@/api/types';
import { type Command, useCommands } from '@/commands/command';
import { Grid, type GridHandle } from '@/grid/Grid';
import { Finding } from '@/pages/table/Finding';
import { SearchBox } from '@/pages/table/SearchBox';
import { StatusBar } from '@/pages/table/StatusBar';
import { Toolbar } from '@/pages/table/Toolbar';
import styles from '@/pages/table/table.module.css';
import { SEARCH_KEYS } from '@/pages/table/table-commands';
import type { TableState } from '@/pages/table/table-state';
import { ViewTabs } from '@/pages/table/ViewTabs';
import { useViewRows } from '@/pages/table/view-rows';
import { HistoryOutlined } from '@/ui/icons';
import { Failed, Statement } from '@/ui/states';
import { MakingPast } from './MakingPast';
import own from './memory.module.css';

const nothing = () => {};
const NONE: Command = { id: '', label: '', enabled: false, perform: nothing };
const COMMANDS = { search: NONE, find: NONE, add: NONE, undo: NONE, redo: NONE, import: NONE };

interface Props {
  object: ObjectInfo;
  state: TableState;
  /** `YYYY-MM-DD`: the table as it was at the end of that day. */
  asOf: string;
}

/** The table as it was on a day: to read, search, filter, sort, group and export; nothing can be changed in it. */
export default function PastTable({ object: today, state, asOf }: Props) {
  const { t } = useTranslation('memory');
  const { t: table } = useTranslation('table');
  const object = useMemo(
    () => ({ ...today, rights: { ...today.rights, create: false, update: false, delete: false, import: false } }),
    [today],
  );
  const grid = useRef<GridHandle>(null);
  const view = useViewRows(object, state, grid);
  const { context, rows, refusal } = view;
  const making = isApiError(rows.error, 'past_is_made') ? (rows.error.details as { job: number }).job : null;
  const searchBox = useRef<HTMLInputElement>(null);
  // Counts how often it was asked for; null: it does not show.
  const [finding, setFinding] = useState<number | null>(null);
  const plural = labelOf(object.plural);
  useCommands([
    {
      id: 'search',
      label: table('search.label', { object: plural }),
      keys: [SEARCH_KEYS],
      everywhere: true,
      enabled: true,
      perform: () => searchBox.current?.select(),
    },
    {
      id: 'find',
      label: table('find.label'),
      keys: finding === null ? ['mod+f', 'f3', 'mod+g'] : ['mod+f'],
      everywhere: true,
      enabled: true,
      perform: () => setFinding((before) => (before ?? 0) + 1),
    },
  ]);
  const leave = () => state.go({ asof: undefined });
  return (
    <div className={own.pastPage}>
      <section className={own.banner} aria-label={t('asOf.banner')}>
        <HistoryOutlined />
        <span role="status">{t('asOf.text', { object: plural, day: asOf })}</span>
        <Input
          type="date"
          size="small"
          aria-label={t('asOf.day')}
          value={asOf}
          max={context.today}
          onChange={(event) => event.target.value && state.go({ asof: event.target.value }, true)}
        />
        <span className={own.hint}>{t('asOf.hint')}</span>
        <Button type="primary" size="small" onClick={leave}>
          {t('asOf.leave')}
        </Button>
      </section>
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
        </header>
        <Toolbar
          object={object}
          state={state}
          context={context}
          commands={COMMANDS}
          filterAsked={view.filterAsked}
          onFilterAsked={view.setFilterAsked}
          onToggleGroups={(open) => rows.source.toggleAll(open)}
        />
        <div className={styles.work}>
          <div className={styles.table}>
            <Grid
              key={view.place}
              ref={grid}
              {...view.gridProps}
              label={t('asOf.label', { object: plural, day: asOf })}
              onEdit={async () => []}
              searchRelation={async () => ({ records: [], create: null })}
              onDelete={nothing}
              onDeleteAll={nothing}
              onAdd={async () => null}
              onDuplicate={nothing}
              onInsert={nothing}
              onGrow={nothing}
              onUndo={nothing}
              onRedo={nothing}
              onSaveState={nothing}
            />
            {making !== null ? (
              <div className={own.over}>
                <MakingPast key={making} job={making} onMade={rows.refresh} onLeave={leave} />
              </div>
            ) : refusal !== null ? (
              <div className={own.over}>
                <Failed text={refusal} />
              </div>
            ) : rows.count === 0 ? (
              <div className={own.over}>
                <Statement title={t('asOf.empty', { object: plural })} text={t('asOf.emptyText')}>
                  {state.filter || state.search ? <Button onClick={state.showAll}>{t('asOf.clear')}</Button> : null}
                  <Button type="primary" onClick={leave}>
                    {t('asOf.leave')}
                  </Button>
                </Statement>
              </div>
            ) : null}
            <Finding
              key={`find ${view.place}`}
              object={object}
              rows={rows}
              asked={finding}
              label={table('find.label')}
              grid={grid}
              onClose={() => setFinding(null)}
            />
          </div>
        </div>
        <StatusBar
          count={rows.count}
          summary={view.summary}
          saves={{ saving: 0, failed: 0 }}
          offline={rows.error !== null && refusal === null && making === null}
          touched={false}
        />
      </div>
    </div>
  );
}
