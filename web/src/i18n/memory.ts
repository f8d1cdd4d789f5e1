import i18next from 'i18next';
import en from './en/memory.json';
import zhHans from './zh-Hans/memory.json';

// The texts of pages that few open: they come with those pages, not before the first cells.
i18next.addResourceBundle('zh-Hans', 'memory', zhHans);
i18next.addResourceBundle('en', 'memory', en);
