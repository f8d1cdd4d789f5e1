import i18next from 'i18next';
import en from './en/many.json';
import zhHans from './zh-Hans/many.json';

// They come with the bar of ticked rows, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'many', zhHans);
i18next.addResourceBundle('en', 'many', en);
