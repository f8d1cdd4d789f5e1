import i18next from 'i18next';
import en from './en/imports.json';
import zhHans from './zh-Hans/imports.json';

// They come with the import, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'imports', zhHans);
i18next.addResourceBundle('en', 'imports', en);
