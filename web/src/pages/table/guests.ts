import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Guest, live } from '@/api/live';
import type { ObjectKey, Person } from '@/api/types';
import type { SelectionInfo } from '@/grid/controller';
import type { GuestFrame } from '@/grid/others';
import { HUE_ORDER } from '@/ui/palette';

/** Somebody else who has this table open. */
export interface GuestPerson {
  id: number;
  name: string;
  hue: number;
}

const subscribe = (act: () => void) => live.on('people', act);

/**
 * Says where the cursor is, and answers who else is here, and on which cells. A row number may change its record: what
 * is told is the record.
 */
export function useGuests(
  object: ObjectKey,
  active: SelectionInfo['active'],
  users: readonly Person[],
): { persons: GuestPerson[]; frames: GuestFrame[] } {
  const people = useSyncExternalStore(subscribe, live.people);
  const record = active?.id && active.id > 0 ? active.id : null;
  const field = record === null ? null : (active?.field ?? null);
  useEffect(() => live.goTo({ object, record, field }), [object, record, field]);
  useEffect(() => () => live.goTo({ object: null, record: null, field: null }), []);

  const here = useMemo(() => people.filter((guest) => guest.object === object), [people, object]);
  const frames = useMemo(() => here.flatMap((guest) => framed(guest, users)), [here, users]);
  const persons = useMemo(() => {
    const ids = [...new Set(here.map((guest) => guest.user))];
    return ids.map((id) => ({ id, name: nameOf(id, users), hue: hueOf(id) }));
  }, [here, users]);
  return { persons, frames };
}

function framed({ user, tab, record, field }: Guest, users: readonly Person[]): GuestFrame[] {
  if (record === null || field === null) return [];
  return [{ key: `${user} ${tab}`, record, field, name: nameOf(user, users), hue: hueOf(user) }];
}

const nameOf = (id: number, users: readonly Person[]) => users.find((one) => one.id === id)?.name ?? '';
/** The same hue as that of the person's mark in cells. */
const hueOf = (id: number): number => HUE_ORDER[id % HUE_ORDER.length] ?? 0;
