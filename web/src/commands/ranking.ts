import { fold } from '@/fields/options';
import { initials } from '@/i18n/initials';

/**
 * How well a label answers to what was typed, smaller is better; null where it does not. Best it begins with it, or a
 * word does, or the first letters of its pinyin; then it has it inside; last it has its letters in that order.
 */
export function rankOf(label: string, typed: string): number | null {
  const wanted = fold(typed);
  if (wanted === '') return 0;
  const text = fold(label);
  if (text.startsWith(wanted)) return 0;
  if (text.includes(` ${wanted}`)) return 1;
  const letters = initials(text);
  const close = wanted.replaceAll(' ', '');
  if (letters.startsWith(close)) return 2;
  if (text.includes(wanted)) return 3;
  if (letters.includes(close)) return 4;
  return follows(letters, close) ? 5 : null;
}

/** Whether the signs of `wanted` come in `text` in their order, with others between them. */
function follows(text: string, wanted: string): boolean {
  let at = 0;
  for (const sign of wanted) {
    at = text.indexOf(sign, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Those that answer to what was typed, the best first; equally good ones stay as they were. */
export function ranked<T extends { label: string }>(items: readonly T[], typed: string): T[] {
  return items
    .flatMap((item) => {
      const rank = rankOf(item.label, typed);
      return rank === null ? [] : [{ item, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
