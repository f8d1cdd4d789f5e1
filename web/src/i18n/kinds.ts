import i18next from 'i18next';
import en from './en/kinds.json';
import zhHans from './zh-Hans/kinds.json';

// They come with the views that are no tables, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'kinds', zhHans);
i18next.addResourceBundle('en', 'kinds', en);
