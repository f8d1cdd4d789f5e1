import i18next from 'i18next';
import en from './en/settings.json';
import zhHans from './zh-Hans/settings.json';

// They come with the settings and the palette, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'settings', zhHans);
i18next.addResourceBundle('en', 'settings', en);
