import i18next from 'i18next';
import en from './en/revealing.json';
import zhHans from './zh-Hans/revealing.json';

// They come with the eye beside a masked value, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'revealing', zhHans);
i18next.addResourceBundle('en', 'revealing', en);
