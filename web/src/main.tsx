import '@fontsource-variable/noto-sans-sc/index.css';
import './ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from '@/api/cache';
import { speak } from '@/api/client';
import { currentAntdLocale, onLanguage, setLanguage, storedLanguage } from '@/i18n';
import { ThemeProvider } from '@/ui/theme';
import { router } from './routes';

onLanguage((language) => {
  speak(language);
  // What the server said was in the other language.
  void queryClient.invalidateQueries();
});

function Root() {
  const locale = useSyncExternalStore(onLanguage, currentAntdLocale);
  return (
    <ThemeProvider locale={locale}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ThemeProvider>
  );
}

await setLanguage(storedLanguage());
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Root />
    </StrictMode>,
  );
}
