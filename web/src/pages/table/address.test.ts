import { describe, expect, it } from 'vitest';
import { readTableAddress } from './address';

describe('the address of a table', () => {
  it('is read as it was written', () => {
    const filter = { and: [{ field: 'name', op: 'contains', value: '示例' }] };
    const sort = [{ field: 'name', desc: true }];
    const address = { view: 2, record: 'new', q: 7, tab: 'deals', filter, sort };
    expect(readTableAddress(address)).toEqual({ ...address, q: '7' });
  });

  it('says of what makes no sense that it is not there, for the router would keep it', () => {
    const strange = { view: 'x', record: -1, q: '', tab: 'x', day: '2026-13-99', span: 'x', asof: 'x' };
    const nonsense = { ...strange, filter: '{bad', sort: 'x', group: [{ field: 1 }] };
    expect(Object.entries(readTableAddress(nonsense))).toEqual(Object.keys(nonsense).map((key) => [key, undefined]));
  });
});
