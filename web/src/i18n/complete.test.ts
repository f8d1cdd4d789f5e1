import { describe, expect, it } from 'vitest';
import english from './en';
import englishByHand from './en/byHand.json';
import englishComments from './en/comments.json';
import englishExports from './en/exports.json';
import englishFind from './en/find.json';
import englishImports from './en/imports.json';
import englishKinds from './en/kinds.json';
import englishLog from './en/log.json';
import englishMail from './en/mail.json';
import englishMany from './en/many.json';
import englishMemory from './en/memory.json';
import englishMerge from './en/merge.json';
import englishPrivacy from './en/privacy.json';
import englishReminders from './en/reminders.json';
import englishRevealing from './en/revealing.json';
import englishRights from './en/rights.json';
import englishRoundtrip from './en/roundtrip.json';
import englishSecond from './en/second.json';
import englishSettings from './en/settings.json';
import englishShortcuts from './en/shortcuts.json';
import englishToday from './en/today.json';
import englishViewing from './en/viewing.json';
import englishWays from './en/ways.json';
import chinese from './zh-Hans';
import chineseByHand from './zh-Hans/byHand.json';
import chineseComments from './zh-Hans/comments.json';
import chineseExports from './zh-Hans/exports.json';
import chineseFind from './zh-Hans/find.json';
import chineseImports from './zh-Hans/imports.json';
import chineseKinds from './zh-Hans/kinds.json';
import chineseLog from './zh-Hans/log.json';
import chineseMail from './zh-Hans/mail.json';
import chineseMany from './zh-Hans/many.json';
import chineseMemory from './zh-Hans/memory.json';
import chineseMerge from './zh-Hans/merge.json';
import chinesePrivacy from './zh-Hans/privacy.json';
import chineseReminders from './zh-Hans/reminders.json';
import chineseRevealing from './zh-Hans/revealing.json';
import chineseRights from './zh-Hans/rights.json';
import chineseRoundtrip from './zh-Hans/roundtrip.json';
import chineseSecond from './zh-Hans/second.json';
import chineseSettings from './zh-Hans/settings.json';
import chineseShortcuts from './zh-Hans/shortcuts.json';
import chineseToday from './zh-Hans/today.json';
import chineseViewing from './zh-Hans/viewing.json';
import chineseWays from './zh-Hans/ways.json';

const en = {
  ...english,
  byHand: englishByHand,
  exports: englishExports,
  find: englishFind,
  comments: englishComments,
  imports: englishImports,
  kinds: englishKinds,
  log: englishLog,
  mail: englishMail,
  many: englishMany,
  memory: englishMemory,
  merge: englishMerge,
  privacy: englishPrivacy,
  reminders: englishReminders,
  revealing: englishRevealing,
  rights: englishRights,
  roundtrip: englishRoundtrip,
  second: englishSecond,
  settings: englishSettings,
  shortcuts: englishShortcuts,
  today: englishToday,
  viewing: englishViewing,
  ways: englishWays,
};
const zhHans = {
  ...chinese,
  byHand: chineseByHand,
  exports: chineseExports,
  find: chineseFind,
  comments: chineseComments,
  imports: chineseImports,
  kinds: chineseKinds,
  log: chineseLog,
  mail: chineseMail,
  many: chineseMany,
  memory: chineseMemory,
  merge: chineseMerge,
  privacy: chinesePrivacy,
  reminders: chineseReminders,
  revealing: chineseRevealing,
  rights: chineseRights,
  roundtrip: chineseRoundtrip,
  second: chineseSecond,
  settings: chineseSettings,
  shortcuts: chineseShortcuts,
  today: chineseToday,
  viewing: chineseViewing,
  ways: chineseWays,
};

type Texts = { [key: string]: string | Texts };

/** `table.filter.add` for every leaf; plural forms count as one key, since Chinese has no plural. */
function keys(texts: Texts, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key.replace(/_(one|other)$/, '')] : keys(value, `${prefix}${key}.`),
  );
}
const unique = (list: string[]) => [...new Set(list)].sort();

function leaves(texts: Texts, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : leaves(value, `${prefix}${key}.`),
  );
}
const placeholders = (text: string) => unique([...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] ?? ''));

describe('the texts on the screen', () => {
  it('exist in both languages', () => {
    expect(unique(keys(en as Texts))).toEqual(unique(keys(zhHans as Texts)));
  });

  it('are never empty and never shout', () => {
    for (const [key, text] of [...leaves(en as Texts), ...leaves(zhHans as Texts)]) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).not.toMatch(/[!！]|您/);
    }
  });

  it('take the same values in both languages', () => {
    const chinese = new Map(leaves(zhHans as Texts).map(([key, text]) => [key.replace(/_(one|other)$/, ''), text]));
    for (const [key, text] of leaves(en as Texts)) {
      const other = chinese.get(key.replace(/_(one|other)$/, '')) ?? '';
      // "One row" need not say its count.
      if (key.endsWith('_one')) continue;
      expect(placeholders(text), key).toEqual(placeholders(other));
    }
  });

  it('have no Chinese left in English', () => {
    for (const [key, text] of leaves(en as Texts)) {
      expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
