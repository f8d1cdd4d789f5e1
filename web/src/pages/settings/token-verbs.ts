import { TOKEN_VERBS, type TokenScopes, type TokenVerb } from '@/api/types';

/** The scopes after a box was ticked or cleared: what needs another verb brings it along, or goes with it. */
export function ticked(scopes: TokenScopes, object: string, verb: TokenVerb, on: boolean): TokenScopes {
  const held = new Set(scopes[object]);
  if (on) {
    held.add(verb).add('read');
    if (verb === 'import' && !held.has('update')) held.add('create');
  } else {
    held.delete(verb);
    if (verb === 'read') held.clear();
    if (!held.has('create') && !held.has('update')) held.delete('import');
  }
  const { [object]: _, ...others } = scopes;
  return held.size === 0 ? others : { ...others, [object]: TOKEN_VERBS.filter((one) => held.has(one)) };
}
