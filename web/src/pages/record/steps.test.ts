import { expect, it } from 'vitest';
import type { HistoryEntry } from '@/api/types';
import { stepsOf, timeOf } from './steps';

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

it('places what was done by when it happened', () => {
  const made = (changeSet: number, id: number, happened: string | null): HistoryEntry => ({
    ...entry(changeSet, 'activities', id, []),
    action: 'create',
    brief: happened === null ? {} : { happened_at: happened },
  });
  const steps = stepsOf(
    [
      made(9, 3, '2024-03-01T02:00:00Z'),
      entry(9, 'customers', 1, [['next_follow_up', '', '2030-01-02']]),
      made(8, 4, '2023-01-01T02:00:00Z'),
      made(8, 5, '2025-01-01T02:00:00Z'),
      made(7, 6, null),
    ],
    'customers',
    1,
  );
  expect(steps.map((step) => step.entries.map((one) => one.record.id))).toEqual([[6], [5], [1, 3], [4]]);
  expect(steps.map(timeOf)[1]).toBe('2025-01-01T02:00:00Z');
});
