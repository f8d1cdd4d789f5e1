import i18next from 'i18next';
import en from './en/mail.json';
import zhHans from './zh-Hans/mail.json';

// They come with their page.
i18next.addResourceBundle('zh-Hans', 'mail', zhHans);
i18next.addResourceBundle('en', 'mail', en);
