import i18next from 'i18next';
import en from './en/log.json';
import zhHans from './zh-Hans/log.json';

// They come with the panel of a record, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'log', zhHans);
i18next.addResourceBundle('en', 'log', en);
