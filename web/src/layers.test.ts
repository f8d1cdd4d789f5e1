import { expect, it } from 'vitest';

/** From top to bottom: a room may import from itself and from rooms below it. `ui` and `i18n` share the ground floor. */
const ORDER = ['routes', 'pages', 'commands', 'grid', 'fields', 'api', 'ui', 'i18n'];
const sources = import.meta.glob<string>('./**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });

const roomOf = (path: string) => {
  const first = path.split('/')[0] ?? '';
  return ORDER.includes(first) ? first : 'routes';
};

/** The path inside `src` that `name` means in the file `from`, or null for a package. */
function resolve(from: string, name: string): string | null {
  if (name.startsWith('@/')) return name.slice(2);
  if (!name.startsWith('.')) return null;
  return new URL(name, `file:///${from}`).pathname.slice(1);
}

it('imports point down only', () => {
  const wrong: string[] = [];
  for (const [key, source] of Object.entries(sources)) {
    const from = key.slice(2);
    if (from.includes('.test.')) continue;
    for (const match of source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const to = resolve(from, match[1] ?? '');
      if (to !== null && ORDER.indexOf(roomOf(to)) < ORDER.indexOf(roomOf(from))) wrong.push(`${from} → ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});
