import { expect, it } from 'vitest';
import type { HistoryEntry } from '@/api/types';
import { stepsOf } from './steps';

function entry(changeSet: number, object: string, id: number, changes: [string, string, string][]): HistoryEntry {
  return {
    id: changeSet * 10 + id,
    change_set: changeSet,
    at: '2026-11-22T08:00:00Z',
    actor: null,
    via: 'table',
    action: 'update',
    object,
    record: { id, label: '' },
    label: '',
    changes: changes.map(([field, old, now]) => ({ field, label: field, old, new: now })),
    brief: {},
    can_undo: false,
  };
}

it('tells an edit through a lookup once', () => {
  const steps = stepsOf(
    [
      entry(7, 'customers', 1, [['main_contact.email', '', 'a@example.com']]),
      entry(7, 'contacts', 4, [['email', '', 'a@example.com']]),
    ],
    'customers',
    1,
  );
  expect(steps).toHaveLength(1);
  expect(steps[0]?.entries.map((one) => one.object)).toEqual(['customers']);
});

it('tells what else the same act changed', () => {
  const steps = stepsOf(
    [
      entry(7, 'contacts', 4, [['phone', '1', '2']]),
      entry(7, 'customers', 1, [['stage', 'a', 'b']]),
      entry(6, 'customers', 1, [['name', 'x', 'y']]),
    ],
    'customers',
    1,
  );
  expect(steps.map((step) => step.changeSet)).toEqual([7, 6]);
  expect(steps[0]?.entries.map((one) => one.object)).toEqual(['customers', 'contacts']);
});
