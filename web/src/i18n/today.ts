import i18next from 'i18next';
import en from './en/today.json';
import zhHans from './zh-Hans/today.json';

// They come with the page of the day, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'today', zhHans);
i18next.addResourceBundle('en', 'today', en);
