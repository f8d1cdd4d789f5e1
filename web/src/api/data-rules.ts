import { queryOptions } from '@tanstack/react-query';
import { get, patch } from './client';

/** What the company asks of everybody who sees its data. */
export interface DataRules {
  reveal_reason: boolean;
}

export const dataRulesQuery = queryOptions({
  queryKey: ['data rules'],
  queryFn: ({ signal }) => get<DataRules>('/api/data-rules', undefined, signal),
});
export const changeDataRules = (change: Partial<DataRules>) => patch<DataRules>('/api/data-rules', change);
