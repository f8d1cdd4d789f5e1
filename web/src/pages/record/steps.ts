import type { HistoryEntry, ObjectKey, RecordId } from '@/api/types';

/** One act of one person as the timeline tells it: what changed in the record, and in what belongs to it. */
export interface Step {
  changeSet: number;
  entries: HistoryEntry[];
}

/**
 * Joins the entries of one act. A customer shows values of its contact and deal, so that one edit is kept twice: in
 * both records; told is it once, where the person stands.
 */
export function stepsOf(entries: readonly HistoryEntry[], object: ObjectKey, id: RecordId): Step[] {
  const steps: Step[] = [];
  for (const entry of entries) {
    // Only what follows by itself was changed.
    if (entry.action === 'update' && entry.changes.length === 0) continue;
    const last = steps.at(-1);
    if (last?.changeSet === entry.change_set) last.entries.push(entry);
    else steps.push({ changeSet: entry.change_set, entries: [entry] });
  }
  const told = steps.map((step) => ({ ...step, entries: withoutMirrors(step.entries, object, id) }));
  const parts = told.filter((step) => step.entries.length > 0).flatMap(apart);
  return parts.sort((a, b) => Date.parse(timeOf(b)) - Date.parse(timeOf(a)));
}

/** When something was done; it may have been noted down later. */
const happenedAt = (entry: HistoryEntry | undefined): string | null => {
  const at = entry?.brief.happened_at;
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : null;
};

/** The moment at which a step stands on the timeline: when it happened, else when it was written. */
export function timeOf({ entries }: Step): string {
  for (const entry of entries) {
    const at = happenedAt(entry);
    if (at !== null) return at;
  }
  return entries[0]?.at ?? '';
}

/** What was noted down of several days at once, by an import, stands at each of them. */
function apart(step: Step): Step[] {
  const dated = step.entries.filter((entry) => happenedAt(entry) !== null);
  if (dated.length < 2) return [step];
  const others = step.entries.filter((entry) => !dated.includes(entry));
  const rest = others.length > 0 ? [{ ...step, entries: others }] : [];
  return [...rest, ...dated.map((entry) => ({ ...step, entries: [entry] }))];
}

export const isOwn = (entry: HistoryEntry, object: ObjectKey, id: RecordId): boolean =>
  entry.object === object && entry.record.id === id;

function withoutMirrors(entries: HistoryEntry[], object: ObjectKey, id: RecordId): HistoryEntry[] {
  const own = entries.filter((entry) => isOwn(entry, object, id));
  const told = own.flatMap((entry) => entry.changes);
  const others = entries
    .filter((entry) => !own.includes(entry))
    .filter((entry) => entry.action !== 'update' || !isTold(entry));
  return [...own, ...others];

  function isTold(entry: HistoryEntry): boolean {
    return entry.changes.every((change) =>
      told.some(
        (other) => other.field.endsWith(`.${change.field}`) && other.new === change.new && other.old === change.old,
      ),
    );
  }
}
