import { expect, it } from 'vitest';
import type { Field } from '@/api/types';
import { shownKeys } from '@/grid/layout';
import { layoutOf, specOfLayout, withShown } from './layouts';

const object = {
  title_field: 'name',
  fields: ['name', 'stage', 'amount', 'remark'].map((key) => ({ key, hidden: key === 'remark' })) as Field[],
};

it('shows the columns of the view in its order and hides the others', () => {
  const spec = { fields: ['amount', 'name'], frozen: 1, frozen_rows: 2 };
  const layout = layoutOf({ ...spec, widths: { amount: 200 } }, object);
  expect(shownKeys(layout)).toEqual(['amount', 'name']);
  expect(layout.hidden).toEqual(['stage']);
  expect(specOfLayout(layout)).toEqual({ ...spec, widths: { name: 220, amount: 200 } });
});

it('shows every field where the view names none, or only ones that are gone', () => {
  expect(shownKeys(layoutOf({}, object))).toEqual(['name', 'stage', 'amount']);
  expect(shownKeys(layoutOf({ fields: ['gone', 'remark'] }, object))).toEqual(['name', 'stage', 'amount']);
});

it('leaves one column to scroll beside the frozen ones', () => {
  expect(layoutOf({ fields: ['name', 'stage'], frozen: 5 }, object).frozen).toBe(1);
});

it('shows a hidden column last and hides a shown one, which then is not frozen any more', () => {
  const layout = layoutOf({ fields: ['name', 'stage'], frozen: 1 }, object);
  expect(shownKeys(withShown(layout, 'amount', true))).toEqual(['name', 'stage', 'amount']);
  const hidden = withShown(layout, 'name', false);
  expect(shownKeys(hidden)).toEqual(['stage']);
  expect(hidden.frozen).toBe(0);
});

it('never hides the last column', () => {
  const layout = layoutOf({ fields: ['name'] }, object);
  expect(withShown(layout, 'name', false)).toBe(layout);
});
