/** Somebody who is mentioned. */
export interface Mentioned {
  id: number;
  name: string;
}

/** What is being written: the text as one reads it, and the people chosen for its `@name`s, in order. */
export interface Draft {
  text: string;
  people: Mentioned[];
}
export const NO_DRAFT: Draft = { text: '', people: [] };

const TOKEN = /@\[(\d{1,18})\]/g;
/** Longer words after an @ name nobody. */
const LONGEST = 20;

/** Pieces of a comment in order: plain text, or a person who is mentioned. */
export function pieces(text: string, nameOf: (id: number) => string | undefined): (string | Mentioned)[] {
  const found: (string | Mentioned)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const id = Number(match[1]);
    const name = nameOf(id);
    if (name === undefined) continue;
    if (match.index > end) found.push(text.slice(end, match.index));
    found.push({ id, name });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push(text.slice(end));
  return found;
}

/** A comment as one edits it. */
export function draftOf(text: string, nameOf: (id: number) => string | undefined): Draft {
  const parts = pieces(text, nameOf);
  return {
    text: parts.map((part) => (typeof part === 'string' ? part : `@${part.name}`)).join(''),
    people: parts.filter((part) => typeof part !== 'string'),
  };
}

/** A draft as the server takes it. A name that was changed since it was chosen is plain text. */
export function tokensOf({ text, people }: Draft): string {
  const waiting = new Map<string, Mentioned[]>();
  for (const one of people) waiting.set(one.name, [...(waiting.get(one.name) ?? []), one]);
  // 张三丰 before 张三: the longest name that stands there is meant.
  const names = [...waiting.keys()].sort((a, b) => b.length - a.length);
  if (names.length === 0) return text;
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.replace(new RegExp(`@(${escaped.join('|')})`, 'g'), (_, name: string) => {
    const those = waiting.get(name) ?? [];
    const one = those.length > 1 ? those.shift() : those[0];
    return one ? `@[${one.id}]` : `@${name}`;
  });
}

/** The name that is being typed before the caret, and where its @ is; null where none is. */
export function asked(text: string, caret: number): { from: number; typed: string } | null {
  const from = text.lastIndexOf('@', caret - 1);
  if (from < 0) return null;
  const typed = text.slice(from + 1, caret);
  // In an address of mail nobody is mentioned.
  if (/[\w.+-]/.test(text[from - 1] ?? '') || /[\s@]/.test(typed) || typed.length > LONGEST) return null;
  return { from, typed };
}

/** The draft with a person in place of what was typed, and where the caret goes. */
export function withMention(draft: Draft, at: { from: number; typed: string }, one: Mentioned): [Draft, number] {
  const before = draft.text.slice(0, at.from);
  const after = draft.text.slice(at.from + 1 + at.typed.length);
  const said = `@${one.name} `;
  // In the order in which they stand, or two of the same name would change places.
  const place = draft.people.filter(({ name }) => before.includes(`@${name}`)).length;
  const people = [...draft.people.slice(0, place), one, ...draft.people.slice(place)];
  return [{ text: before + said + after.replace(/^ /, ''), people }, before.length + said.length];
}
