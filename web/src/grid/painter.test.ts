import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldContext } from '@/fields/context';
import { knownContext, knownField } from '@/fields/testing';
import { Edits } from './edits';
import { CellPainter } from './painter';
import { RemoteSource } from './remoteSource';
import { RowChoice } from './rowChoice';

const number = knownField('auto_number', { key: 'number', readonly: true });
const name = knownField('text', { key: 'name' });
let context: FieldContext;
beforeEach(async () => {
  context = await knownContext();
});

describe('the line to add a row by', () => {
  it('says so in the column that names a record, wherever that stands', async () => {
    const source = new RemoteSource(async () => ({ count: 0, rows: [] }));
    await source.load(0, 0);
    const edits = new Edits(
      async () => [],
      source,
      () => {},
    );
    const choice = new RowChoice(source, () => {});
    const painter = new CellPainter(source, edits, choice, {
      context,
      decorate: {},
      editable: true,
      addAt: 'name',
      groupedBy: [],
    });
    expect(painter.paint(source.length, number, false).html.textContent).toBe('');
    expect(painter.paint(source.length, name, true).html.textContent).toBe(context.t('row.add'));
  });
});
