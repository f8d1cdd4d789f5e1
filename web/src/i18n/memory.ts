import i18next from 'i18next';
import en from './en/memory.json';
import zhHans from './zh-Hans/memory.json';

// The texts of pages that few open: they come with those pages, not before the first cells. Where a page is fetched
// ahead, before anything is spoken, they wait.
function add(): void {
  i18next.addResourceBundle('zh-Hans', 'memory', zhHans);
  i18next.addResourceBundle('en', 'memory', en);
}
if (i18next.isInitialized) add();
else i18next.on('initialized', add);
