/** The first syllable of each letter in the order of pinyin; none begins with i, u or v. */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
const HAN = /[\u3400-\u9fff]/;
let order: Intl.Collator | undefined;
const known = new Map<string, string>();

/**
 * The text by the first letters of its pinyin, without blanks: 今天要跟进 → `jtygj`, 导出 CSV → `dcCSV`. The browser's
 * own order of Chinese tells the letter; of a character with several readings it is the one that order goes by.
 */
export function initials(text: string): string {
  return [...text].map((sign) => (HAN.test(sign) ? letter(sign) : sign.trim())).join('');
}

function letter(sign: string): string {
  const found = known.get(sign);
  if (found !== undefined) return found;
  order ??= new Intl.Collator('zh-Hans-CN');
  let place = -1;
  for (const first of FIRST) {
    if (order.compare(first, sign) > 0) break;
    place += 1;
  }
  const result = LETTERS[place] ?? sign;
  known.set(sign, result);
  return result;
}
