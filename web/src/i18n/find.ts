import i18next from 'i18next';
import en from './en/find.json';
import zhHans from './zh-Hans/find.json';

// They come with the find bar, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'find', zhHans);
i18next.addResourceBundle('en', 'find', en);
