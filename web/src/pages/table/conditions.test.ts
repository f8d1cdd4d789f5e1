import { describe, expect, it } from 'vitest';
import type { Field, Filter } from '@/api/types';
import {
  conditionsOf,
  fieldsOf,
  filterOf,
  freshCondition,
  operatorsFor,
  PERIODS,
  periodOf,
  withOperator,
} from './conditions';

const field = (kind: Field['kind'], operators: Field['operators']) => ({ key: 'x', kind, operators }) as Field;

describe('a filter', () => {
  it('comes back from the popover as it went in', () => {
    const filters: Filter[] = [
      { field: 'stage', op: 'in', value: ['won'] },
      {
        or: [
          { field: 'a', op: 'empty' },
          { field: 'b', op: 'gt', value: 3 },
        ],
      },
    ];
    for (const filter of filters) {
      const conditions = conditionsOf(filter);
      expect(conditions && filterOf(conditions)).toEqual(filter);
    }
  });

  it('that nests deeper is not shown as a list', () => {
    expect(conditionsOf({ and: [{ or: [{ field: 'a', op: 'empty' }] }] })).toBeNull();
  });

  it('leaves out conditions that miss their value', () => {
    expect(filterOf({ join: 'and', list: [{ field: 'a', op: 'contains', value: '' }] })).toBeNull();
    expect(
      filterOf({
        join: 'and',
        list: [
          { field: 'a', op: 'in', value: [] },
          { field: 'b', op: 'between', value: [1, null] },
          { field: 'c', op: 'empty' },
        ],
      }),
    ).toEqual({ field: 'c', op: 'empty' });
  });

  it('keeps a zero and a "no"', () => {
    expect(filterOf({ join: 'and', list: [{ field: 'a', op: 'is', value: 0 }] })).not.toBeNull();
    expect(filterOf({ join: 'and', list: [{ field: 'a', op: 'is', value: false }] })).not.toBeNull();
  });

  it('names its fields once each', () => {
    expect(
      fieldsOf({
        and: [
          { field: 'a', op: 'empty' },
          {
            or: [
              { field: 'b', op: 'empty' },
              { field: 'a', op: 'empty' },
            ],
          },
        ],
      }),
    ).toEqual(['a', 'b']);
  });
});

describe('operators', () => {
  it('are those that the server takes', () => {
    expect(operatorsFor(field('date', ['on', 'within']))).toEqual(['within', 'on']);
    expect(operatorsFor(field('relation', ['is', 'contains', 'empty']))).toEqual(['contains', 'empty']);
  });

  it('start with a value where there is a natural one', () => {
    expect(freshCondition(field('date', ['within'])).value).toEqual(PERIODS.today);
    expect(freshCondition(field('text', ['contains'])).value).toBeUndefined();
  });

  it('keep the value where its shape stays', () => {
    const text = field('text', ['contains', 'is', 'empty']);
    expect(withOperator({ field: 'x', op: 'contains', value: '华' }, text, 'is').value).toBe('华');
    expect(withOperator({ field: 'x', op: 'contains', value: '华' }, text, 'empty')).toEqual({
      field: 'x',
      op: 'empty',
    });
    const number = field('number', ['gt', 'between']);
    expect(withOperator({ field: 'x', op: 'gt', value: 3 }, number, 'between').value).toBeUndefined();
  });
});

it('a span of days is known by its name', () => {
  expect(periodOf({ unit: 'month', from: 0, to: 0 })).toBe('thisMonth');
  expect(periodOf({ unit: 'day', from: 2, to: 5 })).toBeNull();
});
