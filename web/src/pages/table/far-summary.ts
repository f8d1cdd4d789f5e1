import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { summarizeSpan } from '@/api/records';
import type { Group, ObjectKey, Total } from '@/api/types';
import { isRightAligned } from '@/fields/format';
import type { SelectedRange, SelectionInfo } from '@/grid/controller';
import type { Summary } from '@/grid/selection';
import type { Rows } from './rows';

/** A selection that still grows is not asked about. */
const REST_MS = 250;
const NUMBERS = ['sum', 'min', 'max'] as const;

/** The figures of a selection; those of rows that are not in the browser come from the server a moment later. */
export function useFarSummary(object: ObjectKey, rows: Rows, selection: SelectionInfo | null): Summary | null {
  const near = selection?.summary ?? null;
  const range = useRested(near && !near.complete ? (selection?.range ?? null) : null);
  const snapshot = rows.snapshot();
  const span = range && rows.source.recordsIn(range.top, range.bottom);
  const asked = snapshot !== null && span !== null && range !== null;
  const keys = range?.fields.map(({ key }) => key) ?? [];
  const { data } = useQuery({
    queryKey: ['summary', object, snapshot, span, keys],
    enabled: asked,
    retry: false,
    queryFn: ({ signal }) =>
      asked ? summarizeSpan(object, { snapshot, ...span, aggregates: totalsOf(range) }, signal) : null,
  });
  const found = data?.groups[0];
  return near && !near.complete && range && found ? summaryOf(range, found) : near;
}

function totalsOf({ fields }: SelectedRange): Total[] {
  return fields.flatMap((field) => [
    { field: field.key, function: 'filled' as const },
    ...(isRightAligned(field) ? NUMBERS.map((name) => ({ field: field.key, function: name })) : []),
  ]);
}

function summaryOf({ fields }: SelectedRange, { count, values }: Group): Summary {
  const of = (name: Total['function'], among = fields) => among.map(({ key }) => values[`${key}.${name}`] ?? null);
  const add = (numbers: (number | null)[]) => numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
  const real = (numbers: (number | null)[]) => numbers.filter((one) => one !== null);
  const numbers = add(of('filled', fields.filter(isRightAligned)));
  const sum = Math.round(add(of('sum')) * 1e6) / 1e6;
  return {
    cells: count * fields.length,
    filled: add(of('filled')),
    numbers,
    sum,
    average: numbers > 0 ? Math.round((sum / numbers) * 1e6) / 1e6 : null,
    least: numbers > 0 ? Math.min(...real(of('min'))) : null,
    greatest: numbers > 0 ? Math.max(...real(of('max'))) : null,
    complete: true,
  };
}

/** The value once it has not changed for a moment. */
function useRested(range: SelectedRange | null): SelectedRange | null {
  const [rested, setRested] = useState<SelectedRange | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested(range), REST_MS);
    return () => clearTimeout(timer);
  }, [range]);
  return rested === range ? range : null;
}
