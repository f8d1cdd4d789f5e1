// Before the first paint: the chosen or the system's colours, so that dark never flashes white. ui/theme.tsx goes on.
(() => {
  const chosen = localStorage.getItem('kebu.theme');
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
