import i18next from 'i18next';
import en from './en/ways.json';
import zhHans from './zh-Hans/ways.json';

// They come with the pages of signing in, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'ways', zhHans);
i18next.addResourceBundle('en', 'ways', en);
