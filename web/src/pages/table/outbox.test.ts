import { beforeEach, expect, it } from 'vitest';
import { newKey, outbox } from './outbox';

const edit = (id: number, version: number, values: Record<string, string>) => ({ row: 0, id, version, values });

let person = 0;
beforeEach(() => {
  localStorage.clear();
  person += 1;
  outbox.open(person);
});

it('keeps steps in their order, for the person who made them alone', () => {
  outbox.put('customers', [edit(1, 3, { name: '甲' })], '', newKey());
  outbox.put('contacts', [edit(1, 1, { name: '乙' })], '', newKey());
  outbox.open(person + 1000);
  expect(outbox.list()).toEqual([]);
  outbox.open(person);
  expect(outbox.list().map((entry) => entry.edits[0]?.values.name)).toEqual(['甲', '乙']);
  expect(outbox.of('contacts')).toHaveLength(1);
});

it('lets nothing overtake an edit of the same record', () => {
  outbox.put('customers', [edit(1, 3, { name: '甲' })], '', newKey());
  expect(outbox.holds('customers', [edit(1, 3, { remark: 'x' })])).toBe(true);
  expect(outbox.holds('customers', [edit(2, 3, { remark: 'x' })])).toBe(false);
  expect(outbox.holds('contacts', [edit(1, 3, { remark: 'x' })])).toBe(false);
});

it('knows of a later step what the earlier ones made of the record', () => {
  outbox.put('customers', [edit(1, 3, { name: '甲' })], '', newKey());
  outbox.put('customers', [edit(1, 3, { name: '乙' })], '', newKey());
  outbox.put('customers', [edit(1, 3, { remark: 'x' })], '', newKey());
  const [first] = outbox.list();
  // Others changed it in between: the name is this person's own, the remark may be anybody's.
  if (first) outbox.done(first, [{ id: 1, version: 9, values: {} }]);
  expect(outbox.list().map((entry) => entry.edits[0]?.version)).toEqual([9, 3]);
  outbox.open(person + 1000);
  outbox.open(person);
  expect(outbox.list().map((entry) => entry.edits[0]?.version)).toEqual([9, 3]);
});
