import i18next from 'i18next';
import en from './en/merge.json';
import zhHans from './zh-Hans/merge.json';

// They come with the dialog, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'merge', zhHans);
i18next.addResourceBundle('en', 'merge', en);
