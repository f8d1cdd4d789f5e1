import i18next from 'i18next';
import en from './en/rights.json';
import zhHans from './zh-Hans/rights.json';

// They come with the pages that need them, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'rights', zhHans);
i18next.addResourceBundle('en', 'rights', en);
