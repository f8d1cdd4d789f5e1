import type { ChangesAsked } from '@/api/memory';
import type { Via } from '@/api/types';

export const WAYS: readonly Via[] = ['table', 'import', 'api', 'undo', 'rule', 'system', 'command'];

/** What the address of the changes says: which are looked for. Anything that makes no sense counts as nothing. */
export function readChangesAddress(search: Record<string, unknown>): ChangesAsked {
  const { object, person, via, since, until } = search;
  return {
    object: typeof object === 'string' && object ? object : undefined,
    person: Number.isInteger(person) && Number(person) > 0 ? Number(person) : undefined,
    via: WAYS.find((one) => one === via),
    since: isDay(since) ? since : undefined,
    until: isDay(until) ? until : undefined,
  };
}

const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
