import i18next from 'i18next';
import en from './en/exports.json';
import zhHans from './zh-Hans/exports.json';

// They come with the dialog, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'exports', zhHans);
i18next.addResourceBundle('en', 'exports', en);
