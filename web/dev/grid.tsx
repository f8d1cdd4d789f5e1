import '@fontsource-variable/noto-sans-sc/index.css';
import '../src/ui/base.css';
import { StrictMode, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import type { RowHeight, Sort } from '../src/api/types';
import { useFieldContext } from '../src/fields/context';
import { FieldEditor } from '../src/fields/FieldEditor';
import { dueTone } from '../src/fields/format';
import type { SelectionInfo } from '../src/grid/controller';
import { Grid, type GridHandle } from '../src/grid/Grid';
import type { ColumnLayout } from '../src/grid/layout';
import { RemoteSource } from '../src/grid/remoteSource';
import { currentAntdLocale, onLanguage, setLanguage, storedLanguage } from '../src/i18n';
import { ThemeProvider, useTheme } from '../src/ui/theme';
import { FIELDS, fetchPage, PEOPLE, save, searchContacts } from './sample';

const source = new RemoteSource(fetchPage);
const events: unknown[] = [];
const record = (name: string, value?: unknown) => events.push(value === undefined ? [name] : [name, value]);
const FIRST_LAYOUT: ColumnLayout = {
  order: FIELDS.map((field) => field.key),
  hidden: [],
  widths: { name: 190 },
  frozen: 1,
  frozenRows: 0,
};
const NO_FILTERS: string[] = ['level'];

function Page() {
  const handle = useRef<GridHandle>(null);
  const context = useFieldContext(PEOPLE, 'Asia/Shanghai');
  const theme = useTheme();
  const [layout, setLayout] = useState(FIRST_LAYOUT);
  const [sort, setSort] = useState<Sort[]>([]);
  const [height, setHeight] = useState<RowHeight>(36);
  const [info, setInfo] = useState<SelectionInfo | null>(null);
  const [counts, setCounts] = useState({ saving: 0, failed: 0 });
  const [opened, setOpened] = useState<number | null>(null);
  const [mounted, setMounted] = useState(true);
  const decorate = useMemo(
    () => ({ next_follow_up: (cell: Parameters<typeof dueTone>[0]) => dueTone(cell, context.today) }),
    [context.today],
  );
  Object.assign(window, { grid: handle, source, events, setHeight, setLayout, setLanguage, setMounted, theme });
  return (
    <div style={{ display: 'flex', height: '100%' }}>
      <div style={{ flex: 1, minWidth: 0, display: 'grid', gridTemplateRows: '40px 1fr 28px' }}>
        <div />
        {mounted ? (
          <Grid
            ref={handle}
            label="客户"
            source={source}
            fields={FIELDS}
            title="name"
            layout={layout}
            rowHeight={height}
            sort={sort}
            groupedBy={[]}
            filtered={NO_FILTERS}
            context={context}
            rights={{ create: true, update: true, delete: true }}
            decorate={decorate}
            onEdit={(edits) => {
              record('edit', edits);
              return save(edits);
            }}
            searchRelation={searchContacts}
            onOpenRecord={(id) => {
              record('open', id);
              setOpened(id);
            }}
            onDelete={(ids) => record('delete', ids)}
            onDuplicate={(ids) => record('duplicate', ids)}
            onInsert={() => {}}
            onDeleteAll={() => record('delete all')}
            onAdd={async (values) => {
              record('add', values);
              return null;
            }}
            onGrow={() => undefined}
            onUndo={() => record('undo')}
            onRedo={() => record('redo')}
            onSort={setSort}
            onNarrow={() => {}}
            onFilter={(field) => record('filter', field.key)}
            onLayoutChange={(next) => {
              record('layout', next);
              setLayout(next);
            }}
            onSelectionChange={setInfo}
            onSaveState={setCounts}
          />
        ) : (
          <div />
        )}
        <div style={{ fontSize: 12, padding: '4px 12px', borderTop: '1px solid var(--kebu-line)' }}>
          {source.length.toLocaleString('en-US')} · {JSON.stringify(info?.summary ?? info?.active)} ·{' '}
          {JSON.stringify(counts)} · {info?.chosen.count}
        </div>
      </div>
      {opened !== null && <Panel id={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Panel({ id, onClose }: { id: number; onClose: () => void }) {
  const context = useFieldContext(PEOPLE, 'Asia/Shanghai');
  const row = source.get(id - 1);
  return (
    <div style={{ width: 420, overflow: 'auto', padding: 16, borderLeft: '1px solid var(--kebu-line)' }}>
      <button type="button" onClick={onClose}>
        ×
      </button>
      {FIELDS.map((field) => (
        <div key={field.key} style={{ display: 'grid', gridTemplateColumns: '110px 1fr', gap: 8, marginBottom: 8 }}>
          <label htmlFor={`field-${field.key}`}>{field.label}</label>
          <FieldEditor
            id={`field-${field.key}`}
            field={field}
            cell={row?.cells[field.key] ?? null}
            context={context}
            searchRelation={searchContacts}
            onCommit={(cell) => record('commit', [field.key, cell])}
          />
        </div>
      ))}
    </div>
  );
}

function Root() {
  const locale = useSyncExternalStore(onLanguage, currentAntdLocale);
  return (
    <ThemeProvider locale={locale}>
      <Page />
    </ThemeProvider>
  );
}

await setLanguage(storedLanguage());
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
