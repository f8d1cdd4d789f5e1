import type { Locale } from 'antd/es/locale';
import enUS from 'antd/es/locale/en_US';
import dayjs from 'dayjs';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type zhHans from './zh-Hans';
import type byHand from './zh-Hans/byHand.json';
import type comments from './zh-Hans/comments.json';
import type exports_ from './zh-Hans/exports.json';
import type find from './zh-Hans/find.json';
import type imports from './zh-Hans/imports.json';
import type kinds from './zh-Hans/kinds.json';
import type log from './zh-Hans/log.json';
import type mail from './zh-Hans/mail.json';
import type many from './zh-Hans/many.json';
import type memory from './zh-Hans/memory.json';
import type merge from './zh-Hans/merge.json';
import type privacy from './zh-Hans/privacy.json';
import type reminders from './zh-Hans/reminders.json';
import type revealing from './zh-Hans/revealing.json';
import type rights from './zh-Hans/rights.json';
import type roundtrip from './zh-Hans/roundtrip.json';
import type second from './zh-Hans/second.json';
import type settings from './zh-Hans/settings.json';
import type shortcuts from './zh-Hans/shortcuts.json';
import type today from './zh-Hans/today.json';
import type viewing from './zh-Hans/viewing.json';
import type ways from './zh-Hans/ways.json';

export type Language = 'zh-Hans' | 'en';
export const LANGUAGES: { key: Language; name: string }[] = [
  { key: 'zh-Hans', name: '简体中文' },
  { key: 'en', name: 'English' },
];
const STORAGE_KEY = 'kebu.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    returnNull: false;
    resources: typeof zhHans & {
      byHand: typeof byHand;
      exports: typeof exports_;
      find: typeof find;
      comments: typeof comments;
      imports: typeof imports;
      kinds: typeof kinds;
      log: typeof log;
      mail: typeof mail;
      many: typeof many;
      memory: typeof memory;
      merge: typeof merge;
      privacy: typeof privacy;
      reminders: typeof reminders;
      revealing: typeof revealing;
      rights: typeof rights;
      roundtrip: typeof roundtrip;
      second: typeof second;
      settings: typeof settings;
      shortcuts: typeof shortcuts;
      today: typeof today;
      viewing: typeof viewing;
      ways: typeof ways;
    };
  }
}

/** Texts, date words and antd's own words of a language, loaded when it is first spoken. */
const loaders = {
  'zh-Hans': async () => {
    const [texts, antd] = await Promise.all([
      import('./zh-Hans'),
      import('antd/es/locale/zh_CN'),
      import('dayjs/locale/zh-cn'),
    ]);
    return { texts: texts.default, antd: antd.default, dayjs: 'zh-cn' };
  },
  en: async () => {
    const texts = await import('./en');
    return { texts: texts.default, antd: enUS, dayjs: 'en' };
  },
};

/** The language of this browser's last visitor; Chinese for a new one. */
export function storedLanguage(): Language {
  return localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh-Hans';
}

const listeners = new Set<(language: Language) => void>();
/** Called after each change of language, with the new one. Returns the way to stop. */
export function onLanguage(listener: (language: Language) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let antdLocale: Locale | undefined;
export const currentAntdLocale = () => antdLocale;
export const currentLanguage = () => i18next.language as Language;

/** Changes the language of the whole page and remembers it in this browser. */
export async function setLanguage(language: Language): Promise<void> {
  const loaded = await loaders[language]();
  antdLocale = loaded.antd;
  dayjs.locale(loaded.dayjs);
  document.documentElement.lang = language;
  localStorage.setItem(STORAGE_KEY, language);
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      resources: { [language]: loaded.texts },
      defaultNS: 'common',
      fallbackLng: false,
      returnNull: false,
      interpolation: { escapeValue: false },
    });
    // Names of objects in the middle of an English sentence.
    i18next.services.formatter?.add('lowercase', (text) => String(text).toLowerCase());
  } else {
    for (const [namespace, texts] of Object.entries(loaded.texts)) {
      i18next.addResourceBundle(language, namespace, texts);
    }
    await i18next.changeLanguage(language);
  }
  for (const listener of listeners) listener(language);
}
