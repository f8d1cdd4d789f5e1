import { describe, expect, it } from 'vitest';
import type { Field } from '@/api/types';
import { asOffered, fieldsOf, freshCondition, operatorLabel, operatorsFor, withOperator } from './conditions';
import { PERIODS } from './periods';

const field = (kind: Field['kind'], operators: Field['operators']) => ({ key: 'x', kind, operators }) as Field;

describe('a filter', () => {
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
    expect(operatorsFor(field('relation', ['is', 'is_not', 'in']))).toEqual(['in']);
  });

  it('say of days what they say of numbers in other words', () => {
    expect(operatorLabel('gte', field('date', []))).toBe('dayOp.gte');
    expect(operatorLabel('gte', field('money', []))).toBe('op.gte');
  });

  it('start with a value where there is a natural one', () => {
    expect(freshCondition(field('date', ['within'])).value).toEqual(PERIODS.today);
    expect(freshCondition(field('text', ['contains'])).value).toBeUndefined();
  });

  it('of a single choice are shown as a list of one', () => {
    const choice = field('choice', ['is', 'in']);
    expect(asOffered({ field: 'x', op: 'is', value: 'key' }, choice)).toEqual({ field: 'x', op: 'in', value: ['key'] });
    expect(asOffered({ field: 'x', op: 'not_contains', value: 'a' }, field('tags', []))).toEqual({
      field: 'x',
      op: 'not_in',
      value: ['a'],
    });
    const text = { field: 'x', op: 'is', value: 'key' } as const;
    expect(asOffered(text, field('text', []))).toBe(text);
    expect(asOffered({ field: 'x', op: 'is', value: true }, field('checkbox', [])).op).toBe('is');
    expect(asOffered({ field: 'x', op: 'contains', value: 'a' }, field('relation', [])).op).toBe('contains');
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
