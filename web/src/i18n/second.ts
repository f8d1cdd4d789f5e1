import i18next from 'i18next';
import en from './en/second.json';
import zhHans from './zh-Hans/second.json';

// They come with the pages that need them, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'second', zhHans);
i18next.addResourceBundle('en', 'second', en);
