import { notifyManager, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client';

// A button is known to be busy before its second click arrives: a double click is one wish.
notifyManager.setScheduler(queueMicrotask);

/** Answers of the server that more than one part of the page shows. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      refetchOnWindowFocus: true,
      // A refusal stays one; a lost line or a broken server may heal.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});
