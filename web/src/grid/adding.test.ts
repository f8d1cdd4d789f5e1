import { beforeEach, describe, expect, it } from 'vitest';
import type { Cell } from '@/api/types';
import { Adding } from './adding';
import { Edits } from './edits';
import type { GridRow, RowSource } from './source';

let rows: GridRow[];
let added: Record<string, Cell>[];
let answers: ((id: number | null) => void)[];
let saved: { id: number; values: Record<string, Cell> }[];
let adding: Adding;
const source = {
  get length() {
    return rows.length;
  },
  get: (row: number) => rows[row],
  find: (id: number) => {
    const row = rows.findIndex((one) => one.id === id);
    return row < 0 ? undefined : row;
  },
  loaded: () => rows.entries(),
  patch: () => {},
} as unknown as RowSource;

async function answer(id: number | null): Promise<void> {
  answers.shift()?.(id);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}
const arrive = (id: number) => rows.push({ id, version: 1, cells: {} });

beforeEach(() => {
  rows = [{ id: 7, version: 3, cells: {} }];
  added = [];
  answers = [];
  saved = [];
  const edits = new Edits(
    async (batch) => {
      saved.push(...batch.map(({ id, values }) => ({ id, values })));
      return batch.map(({ id, values }) => ({ id, version: 2, values }));
    },
    source,
    () => {},
  );
  adding = new Adding(
    (values) => {
      added.push(values);
      return new Promise((resolve) => answers.push(resolve));
    },
    edits,
    source,
  );
});

describe('the line to add a row by', () => {
  it('stays below the rows that were added by it', async () => {
    adding.fill({ name: 'A' });
    adding.goingOn(() => adding.leave(), false);
    await answer(8);
    arrive(8);
    expect(adding.place()).toBe(2);
    adding.fill({ name: 'B' });
    expect(added).toEqual([{ name: 'A' }, { name: 'B' }]);
  });

  it('gives what follows in the same line to the record that is on its way', async () => {
    adding.fill({ name: 'A' });
    adding.goingOn(() => adding.leave(), true);
    adding.fill({ phone: '1' });
    expect(added).toHaveLength(1);
    expect(adding.place()).toBe(1);
    await answer(8);
    expect(saved).toEqual([{ id: 8, values: { phone: '1' } }]);
    arrive(8);
    expect(adding.place()).toBe(1);
  });

  it('asks with all that was typed where the record was not made', async () => {
    adding.fill({ phone: '1' });
    adding.goingOn(() => adding.leave(), true);
    adding.fill({ name: 'A' });
    await answer(null);
    expect(added.at(-1)).toEqual({ phone: '1', name: 'A' });
  });

  it('is an ordinary line once the cursor went elsewhere', async () => {
    adding.fill({ name: 'A' });
    adding.leave();
    expect(adding.place()).toBeNull();
    adding.fill({ phone: '1' });
    // After the one before, so that they stand in the order in which they were typed.
    expect(added).toHaveLength(1);
    await answer(8);
    expect(added).toEqual([{ name: 'A' }, { phone: '1' }]);
  });
});
