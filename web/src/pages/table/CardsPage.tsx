import { useInfiniteQuery } from '@tanstack/react-query';
import { Badge, Button, Drawer, Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { labelOf, useObjects } from '@/api/objects';
import { queryRows } from '@/api/records';
import { useMe } from '@/api/session';
import type { Cell, Field, Group, Level, ObjectInfo } from '@/api/types';
import { type FieldContext, useFieldContext } from '@/fields/context';
import { groupLabel } from '@/grid/groupHead';
import { shownKeys } from '@/grid/layout';
import type { GridRow } from '@/grid/source';
import { useMarks } from '@/pages/comments/use-marks';
import { CardFields, CardName } from '@/pages/kinds/CardFields';
import { CardColors, hued, useCardLook } from '@/pages/kinds/card-colors';
import RecordPanel from '@/pages/record/RecordPanel';
import { FilterOutlined, PlusOutlined } from '@/ui/icons';
import { Failed, LinesLoading } from '@/ui/states';
import { NO_DRAFT } from './address';
import { useConflicts } from './conflicts';
import EmptyTable from './EmptyTable';
import { useExportDialog } from './ExportButton';
import { groupOf, linesOf } from './filter-tree';
import { MoreMenu } from './MoreMenu';
import { rowsOf } from './rows';
import { SearchBox } from './SearchBox';
import styles from './table.module.css';
import { useTableActs } from './table-acts';
import type { TableState } from './table-state';
import { useUnmade } from './unsent-values';

const FilterPopover = lazy(() => import('./FilterPopover'));

const PAGE = 50;
/** What a card says below the name, in this order, of what the object has. */
const CARD_FIELDS = [
  'stage',
  'main_contact.name',
  'title',
  'customer',
  'main_deal.amount',
  'amount',
  'phone',
  'next_follow_up',
  'end_date',
];

/** The table on a phone: a list of cards; a tap opens the record over it. */
export default function CardsPage({ object, state }: { object: ObjectInfo; state: TableState }) {
  const { t } = useTranslation(['table', 'grid']);
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const [draft, setDraft] = useState<Record<string, Cell>>({});
  const keys = CARD_FIELDS.filter(
    (key) => key !== object.title_field && object.fields.some((field) => field.key === key),
  );
  const fields = [object.title_field, ...keys];
  const { filter, sort, search, group } = state;
  const rows = useInfiniteQuery({
    queryKey: ['cards', object.key, filter, sort, search, group],
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }) => {
      const page = { filter, sort, search, group, fields, offset: pageParam, limit: PAGE };
      const answer = await queryRows(object.key, page, signal);
      return { rows: rowsOf(answer.rows, fields, pageParam), groups: answer.groups };
    },
    getNextPageParam: (last, pages) => (last.rows.length < PAGE ? undefined : pages.length * PAGE),
  });
  const list = rows.data?.pages.flatMap((page) => page.rows) ?? [];
  const marks = useMarks(object.key, rows.data?.pages.map((page) => page.rows.map(({ id }) => id)) ?? []);
  const unmade = useUnmade(object.key);
  const heads = headsOf(rows.data?.pages[0]?.groups ?? [], group, object.fields, context);
  const nameOf = (id: number) => String(list.find((row) => row.id === id)?.cells[object.title_field] ?? '');
  const conflicts = useConflicts(object, context, nameOf);
  const acts = useTableActs(object, null, {
    openNew: (values) => {
      setDraft(values);
      state.go({ record: 'new', tab: undefined });
    },
    open: (id) => state.go({ record: id }),
  });
  const exporting = useExportDialog(object, state);
  const plural = labelOf(object.plural);
  const { record } = state;

  if (record !== undefined) {
    return (
      <>
        <RecordPanel
          key={record}
          object={object}
          id={record}
          draft={draft}
          shown={shownKeys(state.layout)}
          context={context}
          ask={conflicts.ask}
          tab={state.tab}
          onTab={(tab) => state.go({ tab: tab === 'fields' ? undefined : tab }, true)}
          onSaved={() => void rows.refetch()}
          onCreated={(id) => {
            void rows.refetch();
            state.go({ record: id }, true);
          }}
          onRemove={(id) => {
            state.go({ record: undefined, tab: undefined });
            void acts.remove([id]);
          }}
          onClose={() => state.go({ record: undefined, tab: undefined })}
          from={null}
        />
        {conflicts.dialog}
      </>
    );
  }
  return (
    <div className={styles.phone}>
      <header className={styles.phoneHead}>
        <h1 className="visually-hidden">{plural}</h1>
        <Select
          variant="borderless"
          className={styles.phoneView}
          aria-label={t('views.label')}
          value={state.view?.id}
          options={state.views?.map((view) => ({
            value: view.id,
            label: view.count ? `${view.name} ${view.count}` : view.name,
          }))}
          onChange={(view) => state.go({ view, ...NO_DRAFT, q: undefined })}
        />
        <CardsFilter object={object} state={state} context={context} />
        {object.rights.create ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void acts.add({})}>
            {t('tools.add', { object: labelOf(object.label) })}
          </Button>
        ) : null}
        <MoreMenu object={object} onExport={object.rights.export ? exporting.ask : undefined} />
      </header>
      <SearchBox object={plural} value={state.search} onChange={state.setSearch} onLeave={() => {}} />
      {isApiError(rows.error) && rows.error.status === 400 ? (
        <EmptyTable
          object={object}
          filtered
          refusal={errorText(rows.error)}
          state={state}
          onAdd={() => void acts.add({})}
        />
      ) : rows.error ? (
        <Failed text={errorText(rows.error)} onRetry={() => void rows.refetch()} />
      ) : rows.isPending ? (
        <LinesLoading rows={10} />
      ) : list.length + unmade.length === 0 ? (
        <EmptyTable
          object={object}
          filtered={filter !== null || search !== ''}
          refusal={null}
          state={state}
          onAdd={() => void acts.add({})}
        />
      ) : (
        <CardColors object={object} state={state}>
          <ul className={styles.cards} aria-label={t('cards.list', { object: plural })}>
            {unmade.map((row) => (
              <Card
                key={row.id}
                row={row}
                head={undefined}
                waits={row.refused ?? t('grid:edit.waiting')}
                title={object.title_field}
                fields={[]}
                context={context}
                onOpen={() => state.go({ record: row.id })}
              />
            ))}
            {list.map((row, place) => (
              <Card
                key={row.id}
                row={row}
                head={heads.get(place)}
                comments={marks.get(row.id)}
                title={object.title_field}
                fields={keys.flatMap((key) => object.fields.find((field) => field.key === key) ?? [])}
                context={context}
                onOpen={() => state.go({ record: row.id })}
              />
            ))}
          </ul>
        </CardColors>
      )}
      {rows.hasNextPage ? (
        <Button block loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {t('cards.more')}
        </Button>
      ) : null}
      {exporting.dialog}
    </div>
  );
}

/** The conditions, from the lower edge of the screen. */
function CardsFilter({ object, state, context }: { object: ObjectInfo; state: TableState; context: FieldContext }) {
  const { t } = useTranslation('table');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Badge count={linesOf(groupOf(state.filter)).length} size="small" className={styles.phoneFilter}>
        <Button type="text" icon={<FilterOutlined />} aria-label={t('tools.filter')} onClick={() => setOpen(true)} />
      </Badge>
      <Drawer
        open={open}
        placement="bottom"
        size="auto"
        title={t('tools.filter')}
        destroyOnHidden
        onClose={() => setOpen(false)}
        styles={{ wrapper: { maxHeight: '85vh' } }}
      >
        <Suspense>
          <FilterPopover
            object={object}
            filter={state.filter}
            order={state.layout.order}
            context={context}
            place={state.view?.id}
            startWith={null}
            onChange={state.setFilter}
          />
        </Suspense>
      </Drawer>
    </>
  );
}

/** What stands above the card with which a group begins, by its place. */
function headsOf(groups: readonly Group[], levels: readonly Level[], fields: readonly Field[], context: FieldContext) {
  const heads = new Map<number, string>();
  let place = 0;
  for (const { path, count } of groups) {
    const names = levels.map((level, at) => groupLabel({ ...level, cell: path[at] ?? null }, fields, context));
    heads.set(place, `${names.join(' · ')} ${count.toLocaleString('en-US')}`);
    place += count;
  }
  return heads;
}

interface CardProps {
  row: GridRow;
  head: string | undefined;
  /** How many open comments there are. */
  comments?: number;
  /** That it is not made yet, and why. */
  waits?: string;
  title: string;
  fields: Field[];
  context: FieldContext;
  onOpen: () => void;
}
function Card({ row, head, comments = 0, waits, title, fields, context, onOpen }: CardProps) {
  const { t } = useTranslation('comments');
  const look = useCardLook(row);
  return (
    <li>
      {head === undefined ? null : <h2 className={styles.cardHead}>{head}</h2>}
      <button type="button" className={styles.card} onClick={onOpen} {...hued(look.whole, 'whole')}>
        {comments > 0 ? (
          <span className={styles.cardNote} role="img" aria-label={t('onCard', { count: comments })}>
            {comments}
          </span>
        ) : null}
        <CardName row={row} look={look} title={title} context={context} />
        {waits === undefined ? null : <small className={styles.cardWaits}>{waits}</small>}
        <CardFields row={row} look={look} fields={fields} context={context} />
      </button>
    </li>
  );
}
