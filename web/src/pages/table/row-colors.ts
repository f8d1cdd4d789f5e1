import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { queryClient } from '@/api/cache';
import { readMatches, readSummary } from '@/api/records';
import type { ColorRule, ObjectInfo } from '@/api/types';
import { onRecordsChanged } from '@/commands/changed';
import type { Reach, Repaint, RowColors } from '@/grid/colors';
import type { RowSource } from '@/grid/source';
import type { TableState } from './table-state';

const NONE: readonly ColorRule[] = [];

/** The colours of a view's rows; null where it has no rules. `invalidate` paints rows again, all without a number. */
export function useRowColors(
  object: ObjectInfo,
  source: RowSource,
  state: TableState,
  invalidate: (rows?: number[]) => void,
): RowColors | null {
  const colors = useColors(object, state, (ids) =>
    invalidate(ids === 'all' ? undefined : ids.flatMap((id) => source.find(id) ?? [])),
  );
  useEffect(() => {
    colors?.forget();
    return colors?.follow(source);
  }, [colors, source]);
  return colors;
}

/** The colours of a view's records; null where it has no rules. `withBars`: whether numbers have bars behind them. */
export function useColors(object: ObjectInfo, state: TableState, repaint: Repaint, withBars = true): RowColors | null {
  const rules = state.part.colors ?? NONE;
  const { asOf } = state;
  const isWanted = rules.length > 0;
  const [colors, setColors] = useState<RowColors | null>(null);
  const paint = useRef(repaint);
  useEffect(() => {
    paint.current = repaint;
  });

  useEffect(() => {
    if (!isWanted) return;
    let made: RowColors | null = null;
    let gone = false;
    // Most views have no colours, and the first page does not wait for them.
    void import('@/grid/colors').then(({ RowColors: Colors }) => {
      if (gone) return;
      made = new Colors(
        (ids, filters) => readMatches(object.key, ids, filters, asOf),
        (ids) => paint.current(ids),
      );
      setColors(made);
    });
    return () => {
      gone = true;
      made?.destroy();
      setColors(null);
    };
  }, [object.key, asOf, isWanted]);

  useEffect(() => colors?.setRules(rules), [colors, rules]);
  const reach = useReach(object, state, withBars ? rules : NONE);
  useEffect(() => colors?.setReach(reach), [colors, reach]);
  return colors;
}

const NOWHERE: ReadonlyMap<string, Reach> = new Map();

/** How far the numbers go that have bars, in all rows of the view. */
function useReach(
  object: ObjectInfo,
  { filter, search, asOf }: TableState,
  rules: readonly ColorRule[],
): ReadonlyMap<string, Reach> {
  const keys = [...new Set(rules.flatMap((rule) => ('bar' in rule ? [rule.field] : [])))];
  const { data = NOWHERE } = useQuery<ReadonlyMap<string, Reach>>({
    queryKey: ['reach', object.key, filter, search, asOf, keys],
    enabled: keys.length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const aggregates = keys.flatMap((field) => [
        { field, function: 'min' as const },
        { field, function: 'max' as const },
      ]);
      // What is searched for is of now.
      const spec = { filter, search, group: [], aggregates, as_of: asOf };
      const [all] = (await readSummary(object.key, spec, signal)).groups;
      return new Map(
        keys.map((key) => [key, [all?.values[`${key}.min`] ?? 0, all?.values[`${key}.max`] ?? 0] as const]),
      );
    },
  });
  useEffect(() => onRecordsChanged(() => void queryClient.invalidateQueries({ queryKey: ['reach'] })), []);
  return data;
}
