import { Button } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf } from '@/api/objects';
import { shownKeys } from '@/grid/layout';
import { SearchBox } from '@/pages/table/SearchBox';
import { StatusBar } from '@/pages/table/StatusBar';
import { Toolbar } from '@/pages/table/Toolbar';
import table from '@/pages/table/table.module.css';
import { useUnsentCount } from '@/pages/table/unsent-values';
import { ViewTabs } from '@/pages/table/ViewTabs';
import { PlusOutlined } from '@/ui/icons';
import { useNarrow } from '@/ui/useNarrow';
import { CardColors } from './card-colors';
import type { KindPage } from './kind-page';
import styles from './kinds.module.css';
import { ViewSelect } from './ViewSelect';

const EmptyTable = lazy(() => import('@/pages/table/EmptyTable'));
const RecordPanel = lazy(() => import('@/pages/record/RecordPanel'));

interface Props {
  page: KindPage;
  /** The kind's own tool, first of all. */
  tool?: ReactNode;
  /** Of the records that the view finds; null where that is not known. */
  count: number | null;
  error: unknown;
  /** Says that nothing was found, where the kind does not show it by itself. */
  empty?: boolean;
  /** Whether numbers stand below each other, so that bars can show them. */
  withBars?: boolean;
  children: ReactNode;
}

/** What stands around the records, whatever the kind: title and views, tools, the record beside them, the status. */
export function Frame({ page, tool, count, error, empty = count === 0, withBars, children }: Props) {
  const { object, state, context } = page;
  const [filterAsked, setFilterAsked] = useState<string | null>(null);
  const narrow = useNarrow();
  const unsent = useUnsentCount(object.key);
  const plural = labelOf(object.plural);
  const refusal = isApiError(error) && error.status === 400 ? errorText(error) : null;
  const body = (
    <div className={styles.body}>
      {refusal === null ? (
        <CardColors object={object} state={state} withBars={withBars}>
          {children}
        </CardColors>
      ) : null}
      {empty || refusal !== null ? (
        <Suspense>
          <EmptyTable
            object={object}
            filtered={state.filter !== null || state.search !== ''}
            refusal={refusal}
            state={state}
            onAdd={() => void page.acts.add({})}
          />
        </Suspense>
      ) : null}
    </div>
  );
  const search = (
    <SearchBox
      ref={page.searchBox}
      object={plural}
      value={state.search}
      onChange={state.setSearch}
      onLeave={() => page.searchBox.current?.blur()}
    />
  );
  if (narrow) {
    if (state.record !== undefined) {
      return (
        <>
          <OpenRecord page={page} />
          {page.conflicts.dialog}
        </>
      );
    }
    return (
      <div className={styles.narrow}>
        <NarrowHead page={page} />
        {search}
        {tool ? <div className={styles.narrowTool}>{tool}</div> : null}
        {body}
        {page.conflicts.dialog}
      </div>
    );
  }
  return (
    <div className={table.page}>
      <header className={table.titleBar}>
        <h1 className={table.title}>{plural}</h1>
        <ViewTabs object={object} state={state} />
        {search}
      </header>
      <Toolbar
        object={object}
        state={state}
        context={context}
        commands={page.commands}
        filterAsked={filterAsked}
        onFilterAsked={setFilterAsked}
        tools={tool}
      />
      <div className={table.work}>
        {body}
        {state.record === undefined ? null : <OpenRecord page={page} />}
      </div>
      <StatusBar
        count={count}
        summary={null}
        saves={{ saving: page.saves.saving, failed: 0, waiting: unsent }}
        offline={error !== null && refusal === null}
        touched={page.saves.touched}
      />
      {page.conflicts.dialog}
    </div>
  );
}

function OpenRecord({ page }: { page: KindPage }) {
  const { object, state } = page;
  const { record } = state;
  if (record === undefined) return null;
  const close = () => state.go({ record: undefined, tab: undefined });
  return (
    <Suspense>
      <RecordPanel
        key={record}
        object={object}
        id={record}
        draft={page.draft}
        shown={shownKeys(state.layout)}
        context={page.context}
        ask={page.conflicts.ask}
        tab={state.tab}
        onTab={(tab) => state.go({ tab: tab === 'fields' ? undefined : tab }, true)}
        onSaved={() => {}}
        onCreated={(id) => state.go({ record: id }, true)}
        onRemove={(id) => {
          close();
          void page.acts.remove([id]);
        }}
        onClose={() => {
          close();
          // Back to where the record was opened.
          requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-opens="${record}"]`)?.focus());
        }}
        from={null}
      />
    </Suspense>
  );
}

function NarrowHead({ page: { object, state, acts } }: { page: KindPage }) {
  const { t } = useTranslation('table');
  return (
    <header className={table.phoneHead}>
      <h1 className="visually-hidden">{labelOf(object.plural)}</h1>
      <ViewSelect state={state} />
      {object.rights.create ? (
        <Button type="primary" icon={<PlusOutlined />} onClick={() => void acts.add({})}>
          {t('tools.add', { object: labelOf(object.label) })}
        </Button>
      ) : null}
    </header>
  );
}
