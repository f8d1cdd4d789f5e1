import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const backend = 'http://127.0.0.1:8000';

/** What no page needs for its first picture of a table, parts of antd and our own forms: it comes in a piece of its own. */
const LATER =
  /src[\\/](fields[\\/](DateField|FieldEditor|SelectField|draft)|pages[\\/]table[\\/]Filter(Builder|ValueInput))\.tsx?$|node_modules[\\/](antd[\\/]es[\\/](form|input|input-number|select|modal|radio|checkbox|switch|segmented|skeleton|alert|empty|grid|notification|drawer|tabs)|@rc-component[\\/](form|async-validator|input|input-number|mini-decimal|select|virtual-list|dialog|checkbox|switch|segmented|drawer|tabs)|(compute-)?scroll-into-view(-if-needed)?)[\\/]/;
/** What drags, what is on cards, and what comes with pages of the settings: texts, rights. */
const LATER_TOO =
  /node_modules[\\/]sortablejs[\\/]|[\\/]src[\\/](api[\\/]rights|pages[\\/](settings[\\/](Section|settings\.module)|(welcome[\\/]welcome|memory[\\/]memory)\.module)|i18n[\\/](kinds|imports|settings|many|memory|(zh-Hans|en)[\\/](kinds|imports|settings|many|memory))|ui[\\/](PlainTable|parts\.module|useSortable|useKept|DragHandle|hues)|pages[\\/]kinds[\\/][\w-]+|grid[\\/](SignMark|signs?))\./;
/** The icons of src/ui/more-icons.tsx. */
const LATER_ICON =
  /[\\/](ui[\\/]more-icons\.tsx|@ant-design[\\/]icons.*[\\/](CheckCircleFilled|(Check|Clear|ClockCircle|Close|ColumnWidth|Download|ExpandAlt|EyeInvisible|Eye|FileExcel|Holder|Inbox|Mail|More|Partition|Phone|Pushpin|ShareAlt|SortDescending|Stop|UnorderedList|UserSwitch)Outlined)\.js)$/;
const NEEDED = /[\\/]antd[\\/]es[\\/]form[\\/]context\.js$/;
const isLater = (id: string) => [LATER, LATER_TOO, LATER_ICON].some((one) => one.test(id)) && !NEEDED.test(id);

export default defineConfig(({ command }) => ({
  // The built files are served by Django under /static/; the dev server serves them itself.
  base: command === 'build' ? '/static/' : '/',
  plugins: [react(), leanContext(), preloads()],
  resolve: {
    alias: {
      '@': new URL('./src', import.meta.url).pathname,
      // The table of workdays is the server's.
      '@crm': new URL('../src/kebu/crm', import.meta.url).pathname,
    },
  },
  build: {
    outDir: '../src/kebu/spa/static',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // A font or picture inside a data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next|@tanstack)[\\/]/ },
            // Texts that come with the pages that say them, however many those are.
            { name: 'memory', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?memory\.(ts|json)$/ },
            { name: 'comments', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?comments\.(ts|json)$/ },
            { name: 'rights', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?rights\.(ts|json)$/ },
            { name: 'log', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?log\.(ts|json)$/ },
            { name: 'second', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?second\.(ts|json)$/ },
            { name: 'ways', test: /[\\/]i18n[\\/]((en|zh-Hans)[\\/])?ways\.(ts|json)$/ },
            // What many pages need comes in one piece instead of seventy; what few need stays with them.
            { name: 'shared', minShareCount: 5, test: (id: string) => !isLater(id) },
            { name: 'icons', minShareCount: 5, test: LATER_ICON },
            { name: 'forms', minShareCount: 5, test: isLater },
          ],
        },
      },
    },
  },
  server: { fs: { allow: ['..'] }, proxy: { '/api': backend, '/_allauth': backend } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
}));

/**
 * antd asks in every popover and menu whether it stands in a form, through an index that brings the whole form along.
 * The one context that it wants has a file of its own.
 */
function leanContext(): Plugin {
  return {
    name: 'lean-form-context',
    enforce: 'pre',
    apply: 'build',
    resolveId(source, importer) {
      if (source !== '@rc-component/form' || !importer?.endsWith('/antd/es/form/context.js')) return null;
      return this.resolve('@rc-component/form/es/FormContext', importer, { skipSelf: true });
    },
  };
}

/** What the first page inside needs: the page names it all at once, else the browser learns of each from the last. */
const FIRST = [
  '/src/pages/shell/Shell.tsx',
  '/src/pages/table/TablePage.tsx',
  '/src/i18n/zh-Hans/index.ts',
  '/antd/es/locale/zh_CN.js',
  '/dayjs/locale/zh-cn.js',
];

function preloads(): Plugin {
  return {
    name: 'preloads',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const wanted = new Set<string>();
        const add = (file: string) => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || wanted.has(file)) return;
          wanted.add(file);
          chunk.imports.forEach(add);
          for (const style of chunk.viteMetadata?.importedCss ?? []) wanted.add(style);
        };
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === 'chunk' && FIRST.some((one) => chunk.facadeModuleId?.endsWith(one))) add(chunk.fileName);
        }
        return [...wanted]
          .map((file) => `/static/${file}`)
          .filter((href) => !html.includes(href))
          .map((href) => ({
            tag: 'link',
            attrs: href.endsWith('.css')
              ? { rel: 'preload', as: 'style', crossorigin: true, href }
              : { rel: 'modulepreload', crossorigin: true, href },
            injectTo: 'head',
          }));
      },
    },
  };
}
