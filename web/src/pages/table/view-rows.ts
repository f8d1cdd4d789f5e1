import { type RefObject, useMemo, useState } from 'react';
import { isApiError } from '@/api/client';
import { errorText } from '@/api/errors';
import { useObjects } from '@/api/objects';
import { useMe } from '@/api/session';
import type { FieldKind, ObjectInfo } from '@/api/types';
import { useFieldContext } from '@/fields/context';
import type { SelectionInfo } from '@/grid/controller';
import type { GridHandle } from '@/grid/Grid';
import { shownKeys } from '@/grid/layout';
import { fieldsOf } from './conditions';
import { useFarSummary } from './far-summary';
import { alsoHolding } from './filter-tree';
import { useRowColors } from './row-colors';
import { type Question, useRows } from './rows';
import type { TableState } from './table-state';

const SUMMED: ReadonlySet<FieldKind> = new Set(['number', 'money', 'percent', 'rating']);

/** What a grid shows of a view, now or as of a day: its rows, their colours, what is selected and what it comes to. */
export function useViewRows(object: ObjectInfo, state: TableState, grid: RefObject<GridHandle | null>) {
  const { users } = useObjects();
  const context = useFieldContext(users, useMe().user.time_zone);
  const [selection, setSelection] = useState<SelectionInfo | null>(null);
  const [filterAsked, setFilterAsked] = useState<string | null>(null);
  const { asOf } = state;
  const shown = shownKeys(state.layout);
  const groupKeys = state.group.map((level) => level.field).join();
  const groupedBy = useMemo(
    () => groupKeys.split(',').flatMap((key) => object.fields.find((field) => field.key === key) ?? []),
    [object.fields, groupKeys],
  );
  const question: Question = {
    object: object.key,
    filter: state.filter,
    sort: state.sort,
    search: state.search,
    group: state.group,
    summed: object.fields.filter((field) => SUMMED.has(field.kind) && shown.includes(field.key)).map(({ key }) => key),
    fields: shown.includes(object.title_field) ? shown : [object.title_field, ...shown],
    asOf,
  };
  const view = `${object.key} ${state.view?.id}`;
  const place = asOf ? `past ${view} ${asOf}` : view;
  const rows = useRows(place, question);
  const summary = useFarSummary(object.key, rows, selection);
  const colors = useRowColors(object, rows.source, state, (changed) => grid.current?.invalidate(changed));
  const filtered = useMemo(() => fieldsOf(state.filter), [state.filter]);
  const refusal = isApiError(rows.error) && rows.error.status === 400 ? errorText(rows.error) : null;
  return {
    context,
    users,
    selection,
    filterAsked,
    setFilterAsked,
    shown,
    groupedBy,
    question,
    /** Names the view: another one begins anew. */
    place,
    rows,
    summary,
    /** Why the server does not answer what the view asks. */
    refusal,
    gridProps: {
      source: rows.source,
      fields: object.fields,
      title: object.title_field,
      layout: state.layout,
      rowHeight: state.rowHeight,
      sort: state.sort,
      filtered,
      groupedBy,
      context,
      rights: object.rights,
      colors,
      onSort: state.setSort,
      onFilter: (field: { key: string }) => setFilterAsked(field.key),
      onNarrow: (more: Parameters<typeof alsoHolding>[1]) => state.setFilter(alsoHolding(state.filter, more)),
      onLayoutChange: state.setLayout,
      onSelectionChange: setSelection,
    },
  };
}
