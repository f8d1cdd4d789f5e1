import i18next from 'i18next';
import en from './en/shortcuts.json';
import zhHans from './zh-Hans/shortcuts.json';

// They come with the page of keys, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'shortcuts', zhHans);
i18next.addResourceBundle('en', 'shortcuts', en);
