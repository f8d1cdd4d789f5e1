import type { Condition, Filter } from '@/api/types';
import { isComplete } from './conditions';

/** A filter as hands build it: groups of conditions and of groups. The ids tell the parts apart while they move. */
export interface Group {
  id: number;
  join: 'and' | 'or';
  parts: Part[];
}
export interface Line {
  id: number;
  condition: Condition;
}
export type Part = Group | Line;

/** How many groups may be built into each other; deeper ones that a program saved are shown and can be changed too. */
export const MAX_LEVELS = 4;

export const isGroup = (part: Part): part is Group => 'parts' in part;

let lastId = 0;
const fresh = () => {
  lastId += 1;
  return lastId;
};
export const newLine = (condition: Condition): Line => ({ id: fresh(), condition });
export const newGroup = (join: Group['join'], parts: Part[] = []): Group => ({ id: fresh(), join, parts });

/** The outermost group of a filter, which a single condition has too. */
export function groupOf(filter: Filter | null | undefined): Group {
  if (!filter) return newGroup('and');
  const part = partOf(filter);
  return isGroup(part) ? part : newGroup('and', [part]);
}

function partOf(filter: Filter): Part {
  if ('field' in filter) return newLine(filter);
  return 'and' in filter ? newGroup('and', filter.and.map(partOf)) : newGroup('or', filter.or.map(partOf));
}

/** What is asked of the server: without conditions that miss their value, without empty groups; null: nothing left. */
export function filterOf(group: Group): Filter | null {
  const parts = group.parts.flatMap((part) => {
    const asked = isGroup(part) ? whole(part) : isComplete(part.condition) ? part.condition : null;
    return asked ? [asked] : [];
  });
  return parts.length > 1 ? joined(group.join, parts) : (parts[0] ?? null);
}

/** A group inside another keeps its word also around one condition: there may be more to come. */
function whole(group: Group): Filter | null {
  const inner = filterOf(group);
  if (inner === null || 'and' in inner || 'or' in inner) return inner;
  return joined(group.join, [inner]);
}

const joined = (join: Group['join'], parts: Filter[]): Filter => (join === 'and' ? { and: parts } : { or: parts });

/** The group with one of its parts, however deep, replaced; taken out where `next` is null. */
export function replaced(group: Group, id: number, next: Part | null): Group {
  const parts = group.parts.flatMap((part) => {
    if (part.id === id) return next ? [next] : [];
    return [isGroup(part) ? replaced(part, id, next) : part];
  });
  return { ...group, parts };
}

/** The group with a condition that holds besides everything in it. */
export function narrowed(group: Group, condition: Condition): Group {
  const line = newLine(condition);
  if (group.join === 'or' && group.parts.length > 1) return newGroup('and', [group, line]);
  return { ...group, join: 'and', parts: [...group.parts, line] };
}

/** A filter under which the rows of `filter` remain for which `more` holds too. */
export function alsoHolding(filter: Filter | null, more: Filter): Filter {
  const parts = (one: Filter): Filter[] => ('and' in one ? one.and : [one]);
  return filter ? { and: [...parts(filter), ...parts(more)] } : more;
}

/** All conditions as they are read, from the first line to the last. */
export function linesOf(group: Group): Line[] {
  return group.parts.flatMap((part) => (isGroup(part) ? linesOf(part) : [part]));
}

/** The number of each condition, and of each inner group, as they are read; by id, from 1. */
export function numbersOf(group: Group): Map<number, number> {
  const numbers = new Map(linesOf(group).map((line, place) => [line.id, place + 1]));
  let count = 0;
  const walk = (part: Part) => {
    if (!isGroup(part)) return;
    count += 1;
    numbers.set(part.id, count);
    part.parts.forEach(walk);
  };
  group.parts.forEach(walk);
  return numbers;
}
