import i18next from 'i18next';
import en from './en/privacy.json';
import zhHans from './zh-Hans/privacy.json';

// They come with the pages that need them, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'privacy', zhHans);
i18next.addResourceBundle('en', 'privacy', en);
