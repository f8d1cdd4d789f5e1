import { beforeEach, describe, expect, it } from 'vitest';
import { changedValues, type Edit, type EditResult, Edits } from './edits';
import { RemoteSource } from './remoteSource';

/** Saves when the test says so. */
let asked: { edits: Edit[]; answer: (results: EditResult[]) => Promise<void>; refuse: (why: Error) => Promise<void> }[];
let source: RemoteSource;
let edits: Edits;
let changed: number[][];

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

beforeEach(async () => {
  asked = [];
  changed = [];
  source = new RemoteSource(async () => ({
    count: 3,
    rows: [1, 2, 3].map((id) => ({ id, version: 7, cells: { name: `客户${id}`, amount: 1 } })),
  }));
  source.ensure(0, 2);
  await settled();
  edits = new Edits(
    (batch) =>
      new Promise((resolve, reject) => {
        asked.push({
          edits: batch,
          answer: async (results) => {
            resolve(results);
            await settled();
          },
          refuse: async (why) => {
            reject(why);
            await settled();
          },
        });
      }),
    source,
    (ids) => changed.push(ids),
  );
});
const edit = (id: number, values: Edit['values']): Edit => ({ row: id - 1, id, version: 7, values });

describe('an edit', () => {
  it('shows at once, and is the source’s when it is saved', async () => {
    edits.add([edit(1, { amount: '100万' })]);
    expect(edits.get(1, 'amount')).toMatchObject({ value: '100万', state: 'saving' });
    expect(edits.counts()).toEqual({ saving: 1, waiting: 0, failed: 0, kept: 0 });
    await asked[0]?.answer([{ id: 1, version: 8, values: { amount: 1_000_000, updated_by: 2 } }]);
    expect(edits.get(1, 'amount')).toBeUndefined();
    expect(source.get(0)).toEqual({ id: 1, version: 8, cells: { name: '客户1', amount: 1_000_000, updated_by: 2 } });
    expect(edits.counts()).toEqual({ saving: 0, waiting: 0, failed: 0, kept: 0 });
  });

  it('that waits for the line shows until it is known what became of it', async () => {
    edits.add([edit(1, { name: '甲' })]);
    await asked[0]?.answer([{ id: 1, waiting: true }]);
    expect(edits.get(1, 'name')).toMatchObject({ value: '甲', state: 'waiting' });
    edits.await([{ id: 2, version: 7, values: { name: '乙' } }]);
    expect(edits.counts()).toEqual({ saving: 0, waiting: 2, failed: 0, kept: 0 });
    edits.arrived({ id: 1, version: 7, values: { name: '甲' } }, { id: 1, version: 8, values: { name: '甲' } });
    edits.arrived({ id: 2, version: 7, values: { name: '乙' } }, { id: 2, reason: '没有权限' });
    expect(edits.get(1, 'name')).toBeUndefined();
    expect(source.get(0)?.version).toBe(8);
    expect(edits.get(2, 'name')).toMatchObject({ value: '乙', state: 'failed', reason: '没有权限' });
  });

  it('is of the version that the person saw, whatever others made of the record since', async () => {
    source.patch(1, 9, { amount: 5 });
    edits.add([edit(1, { amount: '1' })]);
    expect(asked[0]?.edits[0]?.version).toBe(7);
    edits.add([edit(1, { name: '甲' })]);
    edits.add([edit(1, { amount: '2' })]);
    await asked[0]?.answer([{ id: 1, version: 10, values: { amount: 1 } }]);
    // Somebody may have changed the name in between; the amount nobody but this person has.
    expect(asked[1]?.edits[0]?.version).toBe(7);
    await asked[1]?.answer([{ id: 1, version: 11, values: { name: '甲' } }]);
    expect(asked[2]?.edits[0]?.version).toBe(10);
  });

  it('waits for the version that an earlier one of the same record makes', async () => {
    edits.add([edit(1, { amount: '1' })]);
    edits.add([edit(1, { name: '甲' })]);
    edits.add([edit(2, { name: '乙' })]);
    expect(asked.map((one) => one.edits[0]?.id)).toEqual([1, 2]);
    await asked[0]?.answer([{ id: 1, version: 8, values: { amount: 1 } }]);
    expect(asked[2]?.edits).toEqual([{ row: 0, id: 1, version: 8, values: { name: '甲' } }]);
  });

  it('keeps the order of steps that share a record', () => {
    edits.add([edit(1, { name: 'a' })]);
    edits.add([edit(1, { name: 'b' }), edit(2, { name: 'b' })]);
    edits.add([edit(2, { name: 'c' })]);
    expect(asked).toHaveLength(1);
  });

  it('that is typed over while it is saved leaves the later text alone', async () => {
    edits.add([edit(1, { name: '早' })]);
    edits.add([edit(1, { name: '晚' })]);
    await asked[0]?.answer([{ id: 1, version: 8, values: { name: '早' } }]);
    expect(edits.get(1, 'name')).toMatchObject({ value: '晚', state: 'saving' });
    await asked[1]?.answer([{ id: 1, version: 9, values: { name: '晚' } }]);
    expect(edits.get(1, 'name')).toBeUndefined();
  });

  it('that fails keeps its text and the reason, field by field', async () => {
    edits.add([edit(1, { name: '', amount: 'x' }), edit(2, { name: '乙' })]);
    await asked[0]?.answer([
      { id: 1, reason: '没有保存', fields: { name: '客户名称不能为空' } },
      { id: 2, version: 8, values: { name: '乙' } },
    ]);
    expect(edits.get(1, 'name')).toMatchObject({ value: '', state: 'failed', reason: '客户名称不能为空' });
    expect(edits.get(1, 'amount')).toMatchObject({ value: 'x', state: 'failed', reason: '没有保存' });
    expect(edits.get(2, 'name')).toBeUndefined();
    expect(edits.counts()).toEqual({ saving: 0, waiting: 0, failed: 2, kept: 0 });
    expect(edits.discard(1, 'name')).toBe(true);
    expect(edits.discard(2, 'name')).toBe(false);
    expect(edits.get(1, 'name')).toBeUndefined();
  });

  it('fails with the words of what was thrown, and the next one goes on', async () => {
    edits.add([edit(1, { name: '甲' })]);
    edits.add([edit(1, { amount: '2' })]);
    await asked[0]?.refuse(new Error('断网了'));
    expect(edits.get(1, 'name')).toMatchObject({ state: 'failed', reason: '断网了' });
    expect(asked[1]?.edits[0]?.values).toEqual({ amount: '2' });
  });
});

describe('what counts as changed', () => {
  it('leaves out what is the same, but tries a failed value again', () => {
    const shown = (key: string) => ({ name: '甲', tags: ['a'], amount: 'x', empty: null })[key];
    const values = { name: '甲', tags: ['a'], amount: 'x', empty: '' };
    expect(changedValues(shown, () => false, values)).toEqual({});
    expect(changedValues(shown, (key) => key === 'amount', values)).toEqual({ amount: 'x' });
    expect(changedValues(shown, () => false, { name: '乙' })).toEqual({ name: '乙' });
  });
});
