import i18next from 'i18next';
import en from './en/reminders.json';
import zhHans from './zh-Hans/reminders.json';

// They come with their section of the settings.
i18next.addResourceBundle('zh-Hans', 'reminders', zhHans);
i18next.addResourceBundle('en', 'reminders', en);
