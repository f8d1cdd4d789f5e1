import { describe, expect, it } from 'vitest';
import { folded, nextColumn } from './find-cells';

describe('finding in a row', () => {
  it('compares without case, width and doubled blanks', () => {
    expect(folded(' ＡＢＣ  有限公司 ')).toBe('abc 有限公司');
  });

  it('goes through its columns one after the other', () => {
    expect(nextColumn([5, 2], null, false, false)).toBe(2);
    expect(nextColumn([5, 2], 2, false, false)).toBe(5);
    expect(nextColumn([5, 2], 5, false, false)).toBeNull();
  });

  it('goes back the other way', () => {
    expect(nextColumn([5, 2], null, true, false)).toBe(5);
    expect(nextColumn([5, 2], 5, true, false)).toBe(2);
    expect(nextColumn([5, 2], 2, true, false)).toBeNull();
  });

  it('stays in the cell where one is, as long as it holds what is typed', () => {
    expect(nextColumn([2, 5], 2, false, true)).toBe(2);
    expect(nextColumn([2, 5], 3, false, true)).toBe(5);
  });
});
