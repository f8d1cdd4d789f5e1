import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const backend = 'http://127.0.0.1:8000';

export default defineConfig(({ command }) => ({
  // The built files are served by Django under /static/; the dev server serves them itself.
  base: command === 'build' ? '/static/' : '/',
  plugins: [react()],
  resolve: { alias: { '@': new URL('./src', import.meta.url).pathname } },
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
            // What many pages need comes in one piece instead of seventy; what few need stays with them.
            { name: 'shared', minShareCount: 5 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': backend, '/_allauth': backend } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
}));
