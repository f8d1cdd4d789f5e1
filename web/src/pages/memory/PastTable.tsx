import '@/i18n/memory';
import { Button, Input } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { FieldKind, ObjectInfo } from '@/api/types';
import type { Command } from '@/commands/command';
import { useFieldContext } from '@/fields/context';
import type { SelectionInfo } from '@/grid/controller';
import { Grid, type GridHandle } from '@/grid/Grid';
import { shownKeys } from '@/grid/layout';
import { fieldsOf } from '@/pages/table/conditions';
import { useFarSummary } from '@/pages/table/far-summary';
import { alsoHolding } from '@/pages/table/filter-tree';
import { useRows } from '@/pages/table/rows';
import { StatusBar } from '@/pages/table/StatusBar';
import { Toolbar } from '@/pages/table/Toolbar';
import styles from '@/pages/table/table.module.css';
import type { TableState } from '@/pages/table/table-state';
import { ViewTabs } from '@/pages/table/ViewTabs';
import { HistoryOutlined } from '@/ui/icons';
import { Failed, Statement } from '@/ui/states';
import own from './memory.module.css';

const SUMMED: ReadonlySet<FieldKind> = new Set(['number', 'money', 'percent', 'rating']);
const nothing = () => {};
const NONE: Command = { id: '', label: '', enabled: false, perform: nothing };
const COMMANDS = { search: NONE, find: NONE, add: NONE, undo: NONE, redo: NONE, import: NONE };

interface Props {
  object: ObjectInfo;
  state: TableState;
  /** `YYYY-MM-DD`: the table as it was at the end of that day. */
  asOf: string;
}

/** The table as it was on a day: to read, filter, sort, group and export; nothing can be changed in it. */
export default function PastTable({ object: today, state, asOf }: Props) {
  const { t } = useTranslation('memory');
  const { users } = useObjects();
  const me = useMe();
  const context = useFieldContext(users, me.user.time_zone);
  const grid = useRef<GridHandle>(null);
  const [selection, setSelection] = useState<SelectionInfo | null>(null);
  const [filterAsked, setFilterAsked] = useState<string | null>(null);
  const object = useMemo(
    () => ({ ...today, rights: { ...today.rights, create: false, update: false, delete: false, import: false } }),
    [today],
  );
  const shown = shownKeys(state.layout);
  const place = `past ${object.key} ${state.view?.id} ${asOf}`;
  const rows = useRows(place, {
    object: object.key,
    filter: state.filter,
    sort: state.sort,
    search: '',
    group: state.group,
    summed: object.fields.filter((field) => SUMMED.has(field.kind) && shown.includes(field.key)).map(({ key }) => key),
    fields: shown.includes(object.title_field) ? shown : [object.title_field, ...shown],
    asOf,
  });
  const summary = useFarSummary(object.key, rows, selection);
  const filtered = useMemo(() => fieldsOf(state.filter), [state.filter]);
  const groupKeys = state.group.map((level) => level.field).join();
  const groupedBy = useMemo(
    () => groupKeys.split(',').flatMap((key) => object.fields.find((field) => field.key === key) ?? []),
    [object.fields, groupKeys],
  );
  const refusal = isApiError(rows.error) && rows.error.status === 400 ? errorText(rows.error) : null;
  const plural = labelOf(object.plural);
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
        </header>
        <Toolbar
          object={object}
          state={state}
          context={context}
          commands={COMMANDS}
          filterAsked={filterAsked}
          onFilterAsked={setFilterAsked}
          onToggleGroups={(open) => rows.source.toggleAll(open)}
        />
        <div className={styles.work}>
          <div className={styles.table}>
            <Grid
              key={place}
              ref={grid}
              label={t('asOf.label', { object: plural, day: asOf })}
              source={rows.source}
              fields={object.fields}
              title={object.title_field}
              layout={state.layout}
              rowHeight={state.rowHeight}
              sort={state.sort}
              filtered={filtered}
              groupedBy={groupedBy}
              context={context}
              rights={object.rights}
              onEdit={async () => []}
              searchRelation={async () => ({ records: [], create: null })}
              onOpenRecord={nothing}
              onDelete={nothing}
              onDeleteAll={nothing}
              onAdd={async () => null}
              onDuplicate={nothing}
              onGrow={nothing}
              onUndo={nothing}
              onRedo={nothing}
              onSort={state.setSort}
              onFilter={(field) => setFilterAsked(field.key)}
              onNarrow={(more) => state.setFilter(alsoHolding(state.filter, more))}
              onLayoutChange={state.setLayout}
              onSelectionChange={setSelection}
              onSaveState={nothing}
            />
            {refusal !== null ? (
              <div className={own.over}>
                <Failed text={refusal} />
              </div>
            ) : rows.count === 0 ? (
              <div className={own.over}>
                <Statement title={t('asOf.empty', { object: plural })} text={t('asOf.emptyText')}>
                  {state.filter ? <Button onClick={state.showAll}>{t('asOf.clear')}</Button> : null}
                  <Button type="primary" onClick={leave}>
                    {t('asOf.leave')}
                  </Button>
                </Statement>
              </div>
            ) : null}
          </div>
        </div>
        <StatusBar
          count={rows.count}
          summary={summary}
          saves={{ saving: 0, failed: 0 }}
          offline={rows.error !== null && refusal === null}
          touched={false}
        />
      </div>
    </div>
  );
}
