import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ObjectInfo } from '@/api/types';
import { redoLast, undoLast, undoStack } from '@/commands/undo';
import { dropUnmade } from './dropping';
import { newKey, outbox, unmadeOf } from './outbox';
import { done, send } from './sending';

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

it('takes back what waits, the newest first, and puts it back', async () => {
  undoStack.of(person);
  const shown: Record<string, unknown>[] = [];
  const stop = outbox.onSettled((_, results, taken) => taken && shown.push(...results.map((one) => ({ ...one }))));
  outbox.put('customers', [edit(1, 3, { name: '甲' })], '', newKey());
  outbox.put('customers', [edit(1, 3, { name: '乙', remark: 'x' })], '', newKey());
  const names = () => outbox.list().map((entry) => entry.edits[0]?.values.name);
  expect(await undoLast()).toEqual({ undone: 2, conflicts: 0 });
  expect(names()).toEqual(['甲']);
  expect(shown).toEqual([{ id: 1, version: 3, values: {} }]);
  expect(await undoLast()).toEqual({ undone: 1, conflicts: 0 });
  expect(outbox.list()).toEqual([]);
  expect(await redoLast()).toEqual({ undone: 1, conflicts: 0 });
  expect(names()).toEqual(['甲']);
  await redoLast();
  expect(names()).toEqual(['甲', '乙']);
  expect(await redoLast()).toBeNull();
  stop();
});

it('takes back new records that wait, and leaves what was sent to the server', async () => {
  undoStack.of(person);
  outbox.put('customers', [edit(1, 3, { name: '甲' })], '', newKey());
  outbox.add('customers', [{ name: '新' }], '', newKey());
  await undoLast();
  expect(unmadeOf(outbox.list(), 'customers')).toEqual([]);
  await redoLast();
  expect(unmadeOf(outbox.list(), 'customers')).toHaveLength(1);
  await undoLast();
  const [first] = outbox.list();
  if (first) done(first, [{ id: 1, version: 4, values: {} }]);
  expect(await undoLast()).toBeNull();
});

it('puts new records back after a reload, too, and not once their deletion went out', async () => {
  undoStack.of(person);
  outbox.add('customers', [{ name: '甲' }, { name: '乙' }], '两行', newKey());
  expect(await undoLast()).toEqual({ undone: 2, conflicts: 0 });
  // What the tab remembers is all that the next page knows.
  vi.resetModules();
  const { outbox: next, unmadeOf: waitingOf } = await import('./outbox');
  const { undoStack: stack, undoLast: undo, redoLast: redo } = await import('@/commands/undo');
  next.open(person);
  stack.of(person);
  expect(waitingOf(next.list(), 'customers')).toEqual([]);
  expect(await redo()).toEqual({ undone: 2, conflicts: 0 });
  expect(waitingOf(next.list(), 'customers').map(({ cells }) => cells)).toEqual([{ name: '甲' }, { name: '乙' }]);
  await undo();
  next.rewrite((one) => (one.act === 'delete' ? null : one));
  expect(await redo()).toBeNull();
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
  if (first) done(first, [{ id: 1, version: 9, values: {} }]);
  expect(outbox.list().map((entry) => entry.edits[0]?.version)).toEqual([9, 3]);
  outbox.open(person + 1000);
  outbox.open(person);
  expect(outbox.list().map((entry) => entry.edits[0]?.version)).toEqual([9, 3]);
});

const customers = { key: 'customers', title_field: 'name', fields: [] } as unknown as ObjectInfo;

/** What the server is asked, and what it answers: the next of `answers`. */
const asked: { method: string; path: string; key: string | null; body: Record<string, unknown> }[] = [];
let answers: Response[] = [];
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', async (path: string, { method, headers, body }: RequestInit) => {
    const key = new Headers(headers).get('Idempotency-Key');
    asked.push({ method: method ?? 'GET', path, key, body: JSON.parse(String(body)) });
    const answer = answers.shift();
    if (!answer) throw new TypeError('no line');
    return answer;
  });
});
afterEach(() => vi.unstubAllGlobals());
const says = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const sendNext = async () => {
  const [entry] = outbox.list();
  return entry ? send(entry, [customers], async () => []) : [];
};
const waiting = () => unmadeOf(outbox.list(), 'customers').map(({ cells, refused }) => ({ ...cells, refused }));

it('makes a new record once, and what was typed of it later goes to the one that was made', async () => {
  const key = newKey();
  const [id = 0] = outbox.add('customers', [{ name: '新客户' }], '', key) ?? [];
  expect(outbox.holds('customers', [edit(id, 0, {})])).toBe(true);
  outbox.put('customers', [edit(id, 0, { remark: '补充' })], '', newKey());
  expect(waiting()).toEqual([{ name: '新客户', remark: '补充', refused: undefined }]);
  // After a reload, and with the first answer lost, it is asked for in the same words under the same key.
  outbox.open(person + 1000);
  outbox.open(person);
  await expect(sendNext()).rejects.toThrow();
  answers = [says(201, { id: 7, version: 1, values: { name: '新客户' }, change_set: 1 })];
  await sendNext();
  expect(asked.map(({ key }) => key)).toEqual([key, key]);
  expect(asked[0]).toEqual(asked[1]);
  expect(waiting()).toEqual([]);
  answers = [says(200, { id: 7, version: 2, values: { remark: '补充' }, change_set: 2 })];
  await sendNext();
  expect(asked.at(-1)).toMatchObject({ method: 'PATCH', path: '/api/records/customers/7', body: { version: 1 } });
  expect(outbox.list()).toEqual([]);
  // An editor that was open meanwhile still knows it by the id of before.
  expect(outbox.put('customers', [edit(id, 0, { remark: '又' })], '', newKey())).toMatchObject([{ id, version: 0 }]);
  expect(outbox.list()[0]?.edits).toEqual([{ id: 7, version: 1, values: { remark: '又' } }]);
});

it('keeps what the server would not make, and tries it again as soon as it is changed', async () => {
  const [id = 0] = outbox.add('customers', [{ name: '甲' }], '', 'a') ?? [];
  outbox.put('customers', [edit(id, 0, { remark: '不能丢' })], '', newKey());
  answers = [says(400, { error: { code: 'required', message: '缺少电话', field: 'phone' } })];
  await sendNext();
  expect(waiting()).toMatchObject([{ name: '甲', remark: '不能丢', refused: expect.stringContaining('电话') }]);
  expect(outbox.list()).toHaveLength(1);
  outbox.put('customers', [edit(id, 0, { phone: '1' })], '', newKey());
  expect(waiting()).toEqual([{ name: '甲', remark: '不能丢', phone: '1', refused: undefined }]);
  answers = [says(201, { id: 8, version: 1, values: {}, change_set: 1 })];
  await sendNext();
  expect(asked.at(-1)?.key).not.toBe('a');
  expect(outbox.list()).toEqual([]);
});

it('a new record that is deleted while it waits is made and deleted: its first request may have arrived', async () => {
  const [id = 0, other = 0] = outbox.add('customers', [{ name: '甲' }, { name: '乙' }], '两行', newKey()) ?? [];
  const back = dropUnmade('customers', [id]);
  expect(waiting()).toEqual([{ name: '乙', refused: undefined }]);
  back();
  expect(waiting()).toHaveLength(2);
  dropUnmade('customers', [other]);
  answers = [
    says(200, {
      change_set: 1,
      results: [
        { id: 3, version: 1 },
        { id: 4, version: 1 },
      ],
    }),
  ];
  await sendNext();
  answers = [says(200, { change_set: 2, results: [] })];
  await sendNext();
  expect(asked.at(-1)?.body).toMatchObject({ changes: [{ id: 4, version: 1, delete: true }] });
  expect(outbox.list()).toEqual([]);
});

it('what was refused for good is forgotten when it is deleted, and comes back by undo', async () => {
  const [id = 0] = outbox.add('customers', [{ name: '甲' }], '', newKey()) ?? [];
  answers = [says(400, { error: { code: 'bad', message: '不行' } })];
  await sendNext();
  const back = dropUnmade('customers', [id]);
  expect(outbox.list()).toEqual([]);
  back();
  expect(waiting()).toEqual([{ name: '甲', refused: '不行' }]);
});

it('a request that is still at work elsewhere is waited for', async () => {
  outbox.add('customers', [{ name: '甲' }], '', newKey());
  answers = [says(409, { error: { code: 'request_at_work', message: '' } })];
  await expect(sendNext()).rejects.toThrow();
  expect(waiting()).toEqual([{ name: '甲', refused: undefined }]);
});
