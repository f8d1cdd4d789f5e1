import i18next from 'i18next';
import en from './en/viewing.json';
import zhHans from './zh-Hans/viewing.json';

// They come with looking as somebody else, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'viewing', zhHans);
i18next.addResourceBundle('en', 'viewing', en);
