// Runs before all else: what cannot wait until the program is here.
(() => {
  // The chosen or the system's colours, so that dark never flashes white. ui/theme.tsx goes on.
  const chosen = localStorage.getItem('kebu.theme');
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';

  // What every page inside asks first is asked while the program is still on its way. api/client.ts takes the answers.
  const inside = /^\/(o\/([a-z_]+)|import|reports|settings.*)?$/.exec(location.pathname);
  if (!inside) return;
  const language = localStorage.getItem('kebu.language') === 'en' ? 'en' : 'zh-Hans';
  const headers = { Accept: 'application/json', 'Accept-Language': language };
  const paths = ['/api/me', '/api/objects', `/api/views?object=${inside[2] ?? 'customers'}`];
  // A lost line is the program's to tell, which asks once more.
  window.kebuAsked = new Map(paths.map((path) => [path, fetch(path, { headers }).catch(() => null)]));
})();
