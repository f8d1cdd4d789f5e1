import type { Team } from '@/api/rights';

/** A team as it stands in the tree: how deep, from 1, and which of its siblings it is, from 1. */
export interface Branch {
  team: Team;
  level: number;
  place: number;
  siblings: number;
  hasParts: boolean;
}

/** The teams from top to bottom, each directly above those below it; those below a closed one are left out. */
export function grown(teams: Team[], closed: ReadonlySet<number> = new Set()): Branch[] {
  const below = partsOf(teams);
  const walk = (parent: number | null, level: number): Branch[] => {
    const parts = below.get(parent) ?? [];
    return parts.flatMap((team, index) => {
      const hasParts = below.has(team.id);
      const branch = { team, level, place: index + 1, siblings: parts.length, hasParts };
      return [branch, ...(hasParts && !closed.has(team.id) ? walk(team.id, level + 1) : [])];
    });
  };
  return walk(null, 1);
}

/** A team and all below it: where it cannot be put. */
export function withAllBelow(teams: Team[], id: number): Set<number> {
  const below = partsOf(teams);
  const found = new Set([id]);
  for (const one of found) for (const part of below.get(one) ?? []) found.add(part.id);
  return found;
}

/** The team above it, once it is put below the one before it; undefined where there is none. */
export function parentInwards(teams: Team[], team: Team): number | undefined {
  const siblings = partsOf(teams).get(team.parent) ?? [];
  return siblings[siblings.findIndex((one) => one.id === team.id) - 1]?.id;
}

/** The team above it, once it is put beside the one above it; undefined for one that has none above it. */
export function parentOutwards(teams: Team[], team: Team): number | null | undefined {
  return team.parent === null ? undefined : teams.find((one) => one.id === team.parent)?.parent;
}

/** How many people belong to a team itself; its leader does, member or not. */
export function peopleIn(team: Team): number {
  return new Set([...team.members, ...(team.leader === null ? [] : [team.leader])]).size;
}

function partsOf(teams: Team[]): Map<number | null, Team[]> {
  const below = new Map<number | null, Team[]>();
  for (const team of [...teams].sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id)) {
    below.set(team.parent, [...(below.get(team.parent) ?? []), team]);
  }
  return below;
}
