import { describe, expect, it } from 'vitest';
import type { Field } from '@/api/types';
import { quickFilters } from './quick';
import { knownContext, knownField } from './testing';

const context = await knownContext();
const of = (kind: Field['kind'], cell: Parameters<typeof quickFilters>[1]) =>
  quickFilters(knownField(kind, { key: 'x', operators: ['is'] }), cell, context);

describe('only this and not this', () => {
  it('ask what the value of the field can be asked', () => {
    expect(of('text', '示例')).toEqual({
      only: { field: 'x', op: 'is', value: '示例' },
      not: { field: 'x', op: 'is_not', value: '示例' },
    });
    expect(of('choice', 'won')?.not).toEqual({ field: 'x', op: 'not_in', value: ['won'] });
    expect(of('relation', { id: 7, label: '示例' })?.only).toEqual({ field: 'x', op: 'in', value: [7] });
    expect(of('money', 0)?.only).toEqual({ field: 'x', op: 'is', value: 0 });
  });

  it('ask for a moment by its local day', () => {
    expect(of('datetime', '2026-03-01T18:00:00Z')?.only).toEqual({ field: 'x', op: 'on', value: '2026-03-02' });
  });

  it('ask whether there is a value where there is none', () => {
    expect(of('text', null)).toEqual({ only: { field: 'x', op: 'empty' }, not: { field: 'x', op: 'not_empty' } });
    expect(of('checkbox', null)).toEqual({
      only: { field: 'x', op: 'is', value: false },
      not: { field: 'x', op: 'is', value: true },
    });
  });

  it('ask for all of several, or for one that is missing', () => {
    expect(of('tags', ['a', 'b'])).toEqual({
      only: {
        and: [
          { field: 'x', op: 'in', value: ['a'] },
          { field: 'x', op: 'in', value: ['b'] },
        ],
      },
      not: {
        or: [
          { field: 'x', op: 'not_in', value: ['a'] },
          { field: 'x', op: 'not_in', value: ['b'] },
        ],
      },
    });
  });

  it('are not offered where no condition says exactly that', () => {
    expect(of('long_text', 'a\nb')).toBeNull();
    expect(of('date', { invalid: '?', code: 'bad_date' })).toBeNull();
    expect(of('text', undefined)).toBeNull();
  });
});
