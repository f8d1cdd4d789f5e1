import { describe, expect, it } from 'vitest';
import type { Team } from '@/api/rights';
import { grown, parentInwards, parentOutwards, peopleIn, withAllBelow } from './team-tree';

const team = (id: number, name: string, parent: number | null = null): Team => ({
  id,
  name,
  parent,
  leader: null,
  members: [],
});
const teams = [team(1, 'A'), team(2, 'B'), team(3, 'C', 2), team(4, 'D', 3), team(5, 'E', 2)];
const names = (closed?: Set<number>) => grown(teams, closed).map((one) => `${one.level}${one.team.name}`);

describe('the tree of teams', () => {
  it('has each team directly above those below it', () => {
    expect(names()).toEqual(['1A', '1B', '2C', '3D', '2E']);
  });

  it('leaves out what is below a closed one', () => {
    expect(names(new Set([3]))).toEqual(['1A', '1B', '2C', '2E']);
    expect(names(new Set([2]))).toEqual(['1A', '1B']);
  });

  it('knows a place among siblings', () => {
    expect(grown(teams).map((one) => `${one.place}/${one.siblings}`)).toEqual(['1/2', '2/2', '1/2', '1/1', '2/2']);
  });

  it('cannot put a team into itself or below', () => {
    expect([...withAllBelow(teams, 2)].sort()).toEqual([2, 3, 4, 5]);
    expect([...withAllBelow(teams, 1)]).toEqual([1]);
  });

  it('moves inwards below the one before, and outwards beside the one above', () => {
    const [a, b, c, d, e] = teams as [Team, Team, Team, Team, Team];
    expect(parentInwards(teams, a)).toBeUndefined();
    expect(parentInwards(teams, b)).toBe(1);
    expect(parentInwards(teams, e)).toBe(3);
    expect(parentOutwards(teams, a)).toBeUndefined();
    expect(parentOutwards(teams, c)).toBeNull();
    expect(parentOutwards(teams, d)).toBe(2);
  });

  it('counts a leader once', () => {
    expect(peopleIn({ ...team(1, 'A'), leader: 7, members: [7, 8] })).toBe(2);
    expect(peopleIn({ ...team(1, 'A'), leader: 9, members: [7, 8] })).toBe(3);
    expect(peopleIn(team(1, 'A'))).toBe(0);
  });
});
