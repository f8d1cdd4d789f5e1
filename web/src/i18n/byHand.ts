import i18next from 'i18next';
import en from './en/byHand.json';
import zhHans from './zh-Hans/byHand.json';

// They come after the first cells.
i18next.addResourceBundle('zh-Hans', 'byHand', zhHans);
i18next.addResourceBundle('en', 'byHand', en);
