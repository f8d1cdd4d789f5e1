import { expect, it } from 'vitest';
import { alsoSorted, unsorted } from './sorting';

const up = (field: string) => ({ field, desc: false });
const down = (field: string) => ({ field, desc: true });

it('a column more comes last, one that is there turns at its place', () => {
  expect(alsoSorted([up('a')], down('b'))).toEqual([up('a'), down('b')]);
  expect(alsoSorted([up('a'), up('b')], down('a'))).toEqual([down('a'), up('b')]);
  const eight = [...'abcdefgh'].map(up);
  expect(alsoSorted(eight, up('i'))).toEqual(eight);
  expect(unsorted([up('a'), up('b')], 'a')).toEqual([up('b')]);
});
