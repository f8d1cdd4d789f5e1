import { useSyncExternalStore } from 'react';

/** Below this a page is one column: a phone held upright. */
const query = matchMedia('(max-width: 699px)');
const subscribe = (listener: () => void) => {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

export const useNarrow = () => useSyncExternalStore(subscribe, () => query.matches);
