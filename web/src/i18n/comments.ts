import i18next from 'i18next';
import en from './en/comments.json';
import zhHans from './zh-Hans/comments.json';

// They come with the panel of a record, not before the first cells.
function add(): void {
  i18next.addResourceBundle('zh-Hans', 'comments', zhHans);
  i18next.addResourceBundle('en', 'comments', en);
}
if (i18next.isInitialized) add();
else i18next.on('initialized', add);
