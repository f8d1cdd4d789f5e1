import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldContext } from '@/fields/context';
import { knownContext, knownField } from '@/fields/testing';
import { Edits } from './edits';
import { CellPainter } from './painter';
import { RemoteSource } from './remoteSource';
import { RowChoice } from './rowChoice';
import type { GridRow } from './source';

const number = knownField('auto_number', { key: 'number', readonly: true });
const name = knownField('text', { key: 'name' });
let context: FieldContext;
beforeEach(async () => {
  context = await knownContext();
});

async function painterOf(rows: GridRow[]) {
  const source = new RemoteSource(async () => ({ count: rows.length, rows }));
  await source.load(0, 0);
  const edits = new Edits(
    async () => [],
    source,
    () => {},
  );
  const choice = new RowChoice(source, () => {});
  const options = { context, decorate: {}, editable: true, addAt: 'name', groupedBy: [] };
  return { source, painter: new CellPainter(source, edits, choice, options) };
}

describe('a cell', () => {
  it('that is empty is told from one that is still on its way', async () => {
    const { painter } = await painterOf([{ id: 1, version: 1, cells: { name: null } }]);
    expect(painter.paint(0, name, true).html.className).not.toBe('kg-skeleton');
    expect(painter.paint(0, number, false).html.className).toBe('kg-skeleton');
  });
});

describe('the line to add a row by', () => {
  it('says so in the column that names a record, wherever that stands', async () => {
    const { source, painter } = await painterOf([]);
    expect(painter.paint(source.length, number, false).html.textContent).toBe('');
    expect(painter.paint(source.length, name, true).html.textContent).toBe(context.t('row.add'));
  });
});
