import i18next from 'i18next';
import en from './en/roundtrip.json';
import zhHans from './zh-Hans/roundtrip.json';

// They come with the page of workbooks that came back.
i18next.addResourceBundle('zh-Hans', 'roundtrip', zhHans);
i18next.addResourceBundle('en', 'roundtrip', en);
