import { describe, expect, it } from 'vitest';
import type { View } from '@/api/types';
import { placeAt } from './view-order';

const view = (id: number, owner: number | null) => ({ id, owner }) as View;
const [a, b, c, mine, other] = [view(1, null), view(2, null), view(3, null), view(4, 7), view(5, 7)] as const;
const views = [a, b, c, mine, other];

describe('a view that is dropped', () => {
  it('stands before or behind the one it was dropped on', () => {
    expect(placeAt(views, a, c, true)).toBe(2);
    expect(placeAt(views, a, c, false)).toBe(1);
    expect(placeAt(views, c, a, false)).toBe(0);
    expect(placeAt(views, other, mine, false)).toBe(0);
  });

  it('stays where it is beside itself', () => {
    expect(placeAt(views, a, b, false)).toBeNull();
    expect(placeAt(views, b, a, true)).toBeNull();
  });

  it('stays among its like', () => {
    expect(placeAt(views, a, other, true)).toBe(2);
    expect(placeAt(views, other, a, false)).toBe(0);
    expect(placeAt(views, mine, a, false)).toBeNull();
  });
});
