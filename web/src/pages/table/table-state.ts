import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { queryClient } from '@/api/cache';
import { errorText } from '@/api/errors';
import { useMe } from '@/api/session';
import type { Filter, Level, ObjectInfo, RowHeight, Sort, View, ViewSpec } from '@/api/types';
import { changeView, useViews, viewsQuery } from '@/api/views';
import type { ColumnLayout } from '@/grid/layout';
import { useMessage } from '@/ui/messages';
import { NO_DRAFT, type RecordTab, type TableAddress } from './address';
import { layoutOf, specOfLayout } from './layouts';
import { useNewest } from './newest';

/** "No filter", where the view has one. */
const NOTHING: Filter = { and: [] };

export interface TableState {
  view: View | undefined;
  views: View[] | undefined;
  error: Error | null;
  retry: () => void;
  filter: Filter | null;
  sort: Sort[];
  group: Level[];
  search: string;
  record: number | 'new' | undefined;
  /** The day whose state is shown; undefined: now. */
  asOf: string | undefined;
  /** Of a calendar: a day that it shows, and whether it shows a week. */
  day: string | undefined;
  span: 'week' | undefined;
  tab: RecordTab;
  layout: ColumnLayout;
  rowHeight: RowHeight;
  /** Whether filter, sort or groups differ from what the view keeps. */
  isDraft: boolean;
  /** Whether this person may change the view itself. */
  mayChange: boolean;
  /** The whole as it is now, for a view to keep. */
  spec: ViewSpec;
  setFilter: (filter: Filter | null) => void;
  setSort: (sort: Sort[]) => void;
  setGroup: (group: Level[]) => void;
  setSearch: (text: string) => void;
  /** No filter and no search any more. */
  showAll: () => void;
  setLayout: (layout: ColumnLayout) => void;
  setRowHeight: (height: RowHeight) => void;
  /** Changes what the view's kind says: it is kept where the columns are. */
  setPart: (part: Partial<ViewSpec>) => void;
  /** What the view's kind says, by the name of the kind, and its colours. */
  part: Pick<ViewSpec, 'board' | 'calendar' | 'form' | 'colors'>;
  saveDraft: () => void;
  resetDraft: () => void;
  go: (change: Partial<TableAddress>, replace?: boolean) => void;
}

/**
 * What the table shows, and where each part of it is remembered. Columns and row height go into the view where the
 * person may change it, else into this browser. Filter and sort go into a view of one's own at once; over a view that
 * is everybody's they are a draft in the address, until they are saved.
 */
export function useTableState(object: ObjectInfo): TableState {
  const address: TableAddress = useSearch({ from: '/shell/o/$object' });
  const navigate = useNavigate({ from: '/o/$object' });
  const me = useMe();
  const message = useMessage();
  const { data: views, error, refetch } = useViews(object.key);
  const view = pickView(views, address, object.key);
  // With another's eyes a view is looked through like one of everybody's, and stays as it is.
  const looks = me.viewer !== null;
  const mayChange = view && !looks ? (view.owner === null ? me.rights.manage_fields && !view.locked : true) : false;
  const isOwn = view?.owner !== null && view !== undefined && !looks;
  const [override, setOverride] = useOverride(view?.id);
  const saves = useNewest();

  const base: ViewSpec = useMemo(
    () => ({ ...view?.spec, ...(mayChange ? {} : override) }),
    [view?.spec, override, mayChange],
  );
  const layout = useMemo(() => layoutOf(base, object), [base, object]);
  const filter = normal(address.filter ?? base.filter);
  const sort = address.sort ?? base.sort ?? [];
  const group = address.group ?? base.group ?? [];

  useEffect(() => {
    if (view && !looks) localStorage.setItem(lastViewKey(object.key), String(view.id));
  }, [view, object.key, looks]);

  // Two changes in one act build on each other, though the address itself changes a moment later.
  const newest = useRef(address);
  useEffect(() => {
    newest.current = address;
  }, [address]);
  const go = (change: Partial<TableAddress>, replace = false) => {
    newest.current = compact({ ...newest.current, ...change });
    void navigate({ search: newest.current, replace });
  };

  /** Shows at once, and saves at once: who loads the page again right after finds it. */
  const changeSpec = (part: Partial<ViewSpec>) => {
    if (!view) return;
    const spec = { ...view.spec, ...part };
    const { queryKey } = viewsQuery(object.key);
    queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === view.id ? { ...one, spec } : one)));
    saves.run(async () => {
      try {
        await changeView(view.id, { spec });
      } catch (problem) {
        void message.error(errorText(problem));
        void queryClient.invalidateQueries({ queryKey });
      }
    });
  };
  const changeLayout = (part: Partial<ViewSpec>) => {
    if (mayChange) changeSpec(part);
    else setOverride({ ...override, ...part });
  };

  /** Keeps a filter where it belongs; answers what the address says of it. */
  const putFilter = (next: Filter | null): Pick<TableAddress, 'filter'> => {
    if (isOwn) {
      changeSpec({ filter: next });
      return { filter: undefined };
    }
    return { filter: same(next, normal(base.filter)) ? undefined : (next ?? NOTHING) };
  };

  /** Sort and groups go where the filter goes. */
  const put = <Part extends 'sort' | 'group'>(part: Part, next: Sort[] | Level[]) => {
    if (isOwn) changeSpec({ [part]: next });
    go({ [part]: isOwn || same(next, base[part] ?? []) ? undefined : next });
  };

  return {
    view,
    views,
    error,
    retry: () => void refetch(),
    filter,
    sort,
    group,
    search: address.q ?? '',
    record: address.record,
    asOf: address.asof,
    day: address.day,
    span: address.span,
    tab: address.tab ?? 'fields',
    layout,
    rowHeight: base.row_height ?? 36,
    isDraft: [address.filter, address.sort, address.group].some((part) => part !== undefined),
    mayChange,
    spec: { ...base, ...specOfLayout(layout), filter, sort, group },
    setFilter: (next) => go(putFilter(next)),
    setSort: (next) => put('sort', next),
    setGroup: (next) => put('group', next),
    setSearch: (text) => go({ q: text || undefined }, true),
    // One step: a second one would start from the address before the first.
    showAll: () => go({ ...putFilter(null), q: undefined }),
    setLayout: (next) => changeLayout(specOfLayout(next)),
    setRowHeight: (row_height) => changeLayout({ row_height }),
    setPart: changeLayout,
    part: base,
    saveDraft: () => {
      changeSpec({ filter, sort, group });
      go(NO_DRAFT);
    },
    resetDraft: () => go(NO_DRAFT),
    go,
  };
}

const lastViewKey = (object: string) => `kebu.lastView.${object}`;

/** The view of the address; for a filter out of a report the first one; else the one used last in this browser. */
function pickView(views: View[] | undefined, address: TableAddress, object: string): View | undefined {
  if (!views) return undefined;
  const last = Number(localStorage.getItem(lastViewKey(object)));
  const wanted = address.view ?? (address.filter ? undefined : last);
  // The view of what is due today has a place of its own in the rail; the table's own place opens another one.
  return views.find((one) => one.id === wanted && (address.view !== undefined || one.key !== 'due')) ?? views[0];
}

/** What this browser keeps of a view that is not this person's to change. */
function useOverride(view: number | undefined): [Partial<ViewSpec>, (next: Partial<ViewSpec>) => void] {
  const key = `kebu.view.${view ?? 0}`;
  const [held, setHeld] = useState<{ key: string; value: Partial<ViewSpec> }>(() => ({ key, value: readJson(key) }));
  const current = held.key === key ? held : { key, value: readJson(key) };
  if (current !== held) setHeld(current);
  return [
    current.value,
    (value) => {
      localStorage.setItem(key, JSON.stringify(value));
      setHeld({ key, value });
    },
  ];
}

function readJson(key: string): Partial<ViewSpec> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}');
  } catch {
    return {};
  }
}

function normal(filter: Filter | null | undefined): Filter | null {
  if (!filter) return null;
  if ('and' in filter && filter.and.length === 0) return null;
  return filter;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function compact(address: TableAddress): TableAddress {
  return Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined));
}
