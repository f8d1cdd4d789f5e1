import { describe, expect, it } from 'vitest';
import {
  type ColumnLayout,
  frozenUpTo,
  shownKeys,
  withColumnAt,
  withColumnsBack,
  withoutColumn,
  withWidth,
  withWidths,
} from './layout';

const layout: ColumnLayout = { order: ['a', 'h', 'b', 'c', 'd'], hidden: ['h'], widths: {}, frozen: 2, frozenRows: 0 };

describe('the layout of columns', () => {
  it('hides a column; a frozen one no longer counts among the frozen', () => {
    expect(withoutColumn(layout, 'b')).toMatchObject({ hidden: ['h', 'b'], frozen: 1 });
    expect(withoutColumn(layout, 'd')).toMatchObject({ hidden: ['h', 'd'], frozen: 2 });
  });

  it('freezes up to a column, but leaves one to scroll', () => {
    expect(frozenUpTo(layout, 'c').frozen).toBe(3);
    expect(frozenUpTo(layout, 'd').frozen).toBe(3);
  });

  it('moves a column among the shown ones', () => {
    expect(shownKeys(withColumnAt(layout, 'd', 0))).toEqual(['d', 'a', 'b', 'c']);
    expect(shownKeys(withColumnAt(layout, 'a', 2))).toEqual(['b', 'c', 'a', 'd']);
    expect(shownKeys(withColumnAt(layout, 'a', 3))).toEqual(['b', 'c', 'd', 'a']);
    expect(withColumnAt(layout, 'a', 3).order).toHaveLength(5);
  });

  it('keeps widths within reason', () => {
    expect(withWidth(layout, 'a', 10).widths).toEqual({ a: 48 });
    expect(withWidth(layout, 'a', 9_999).widths).toEqual({ a: 800 });
    expect(withWidth(layout, 'a', 120.4).widths).toEqual({ a: 120 });
  });

  it('gives several columns their widths at once', () => {
    expect(withWidths(layout, { a: 100, c: 10 }).widths).toEqual({ a: 100, c: 48 });
  });

  it('shows hidden columns again beside another one, in their order', () => {
    const hidden = withoutColumn(layout, 'd');
    expect(shownKeys(withColumnsBack(hidden, ['h'], 'c'))).toEqual(['a', 'b', 'c', 'h']);
    expect(shownKeys(withColumnsBack(hidden, ['h', 'd'], 'a'))).toEqual(['a', 'h', 'd', 'b', 'c']);
  });
});
