import { type RefCallback, useCallback, useLayoutEffect, useRef } from 'react';

/** Calls `act` when the element comes near to what is in sight, and each time the element is made anew there. */
export function useSeen<T extends Element>(act: () => void, nearness = '400px'): RefCallback<T> {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback(
    (element: T | null) => {
      if (!element) return;
      const observer = new IntersectionObserver(
        (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
        { rootMargin: nearness },
      );
      observer.observe(element);
      return () => observer.disconnect();
    },
    [nearness],
  );
}
