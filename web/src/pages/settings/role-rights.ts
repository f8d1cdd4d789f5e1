import {
  ACCESS,
  ACTS,
  type Access,
  COMPANY,
  type CompanyRight,
  ELSE,
  type RoleObject,
  type RoleRights,
  SCOPES,
  type Scope,
  VERBS,
  type Verb,
} from '@/api/rights';
import type { Field, ObjectInfo, ObjectKey } from '@/api/types';

/** What a role says of an object, or else of all that it does not name. */
export const rightsOf = (rights: RoleRights, object: ObjectKey): RoleObject =>
  rights.objects[object] ?? rights.objects[ELSE] ?? {};

export const isNarrower = (one: Scope, other: Scope) => SCOPES.indexOf(one) < SCOPES.indexOf(other);

/** Nobody changes or deletes what he does not see. */
export function scopeOf(one: RoleObject, verb: Verb): Scope {
  const [see, said] = [one.see ?? 'none', one[verb] ?? 'none'];
  return isNarrower(see, said) ? see : said;
}

/** The rights with something said of an object; what was said of all others counts for it until then. */
export function withObject(rights: RoleRights, object: ObjectKey, change: Partial<RoleObject>): RoleRights {
  const next = { ...rightsOf(rights, object), ...change };
  // What is narrowed with it must not come back by itself when the role sees more again.
  for (const verb of VERBS) next[verb] = scopeOf(next, verb);
  return { ...rights, objects: { ...rights.objects, [object]: next } };
}

/** The rights with nothing of its own said of an object. */
export function withoutObject(rights: RoleRights, object: ObjectKey): RoleRights {
  const { [object]: _, ...objects } = rights.objects;
  return { ...rights, objects };
}

export function withFields(rights: RoleRights, object: ObjectKey, keys: string[], access: Access): RoleRights {
  const fields = { ...rightsOf(rights, object).fields };
  for (const key of keys) {
    if (access === 'write') delete fields[key];
    else fields[key] = access;
  }
  return withObject(rights, object, { fields });
}

export const saidOf = (rights: RoleRights, object: ObjectKey, field: string): Access =>
  rightsOf(rights, object).fields?.[field] ?? 'write';

const strictest = (all: Access[]): Access => ACCESS.find((one) => all.includes(one)) ?? 'write';

/** What a role may do with a field: the strictest of what is said of it and of what it shows (`fields/seeing.py`). */
export function accessOf(rights: RoleRights, objects: ObjectInfo[], object: ObjectKey, field: Field): Access {
  const said = [saidOf(rights, object, field.key)];
  const targetKey = field.lookup?.target_object ?? (field.kind === 'relation' ? field.target : null);
  if (!targetKey) return strictest(said);
  if (scopeOf(rightsOf(rights, targetKey), 'see') === 'none') return 'hidden';
  const target = objects.find((one) => one.key === targetKey);
  const { lookup } = field;
  if (lookup) {
    if (saidOf(rights, object, lookup.relation) === 'hidden') said.push('hidden');
    const end = target?.fields.find((one) => one.key === lookup.target_field);
    if (end) said.push(accessOf(rights, objects, targetKey, end));
  } else if (target) {
    const title = saidOf(rights, targetKey, target.title_field);
    if (title === 'hidden' || title === 'masked') said.push(title);
  }
  return strictest(said);
}

/** The same for two roles that allow the same. */
export function canonical(rights: RoleRights): string {
  const objects = Object.keys(rights.objects).sort();
  return JSON.stringify([
    COMPANY.map((right) => Boolean(rights[right])),
    objects.map((key) => {
      const one = rights.objects[key] ?? {};
      const fields = Object.entries(one.fields ?? {}).filter(([, access]) => access !== 'write');
      return [
        key,
        VERBS.map((verb) => scopeOf(one, verb)),
        ACTS.map((act) => Boolean(one[act])),
        Boolean(one.pool),
        fields.sort(([a], [b]) => (a < b ? -1 : 1)),
      ];
    }),
  ]);
}

/** One thing that is said otherwise: of the company, or of an object (`*`: of all that are not named). */
export type Difference =
  | { kind: 'company'; right: CompanyRight; after: boolean }
  | { kind: 'scope'; object: ObjectKey; verb: Verb; before: Scope; after: Scope }
  | { kind: 'act'; object: ObjectKey; act: (typeof ACTS)[number] | 'pool'; after: boolean }
  | { kind: 'field'; object: ObjectKey; field: string; before: Access; after: Access };

export function differences(before: RoleRights, after: RoleRights): Difference[] {
  const found: Difference[] = [];
  for (const right of COMPANY) {
    if (Boolean(before[right]) !== Boolean(after[right])) {
      found.push({ kind: 'company', right, after: Boolean(after[right]) });
    }
  }
  const named = new Set([ELSE, ...Object.keys(before.objects), ...Object.keys(after.objects)]);
  for (const object of named) {
    const [old, now] = [rightsOf(before, object), rightsOf(after, object)];
    for (const verb of VERBS) {
      const [from, to] = [scopeOf(old, verb), scopeOf(now, verb)];
      if (from !== to) found.push({ kind: 'scope', object, verb, before: from, after: to });
    }
    for (const act of ['pool', ...ACTS] as const) {
      if (Boolean(old[act]) !== Boolean(now[act])) found.push({ kind: 'act', object, act, after: Boolean(now[act]) });
    }
    for (const field of new Set([...Object.keys(old.fields ?? {}), ...Object.keys(now.fields ?? {})])) {
      const [from, to] = [old.fields?.[field] ?? 'write', now.fields?.[field] ?? 'write'];
      if (from !== to) found.push({ kind: 'field', object, field, before: from, after: to });
    }
  }
  return found;
}
