import { useEffect, useRef } from 'react';

const APPLY_DELAY_MS = 350;

interface Pending<Value> {
  timer: ReturnType<typeof setTimeout>;
  value: Value;
  place: number | undefined;
}

/**
 * Applies what hands build in a popover: a moment after the last change, and at once when the popover closes. `place`:
 * the view; what was being built in one is not for another.
 */
export function useApply<Value>(onChange: (value: Value) => void, place: number | undefined): (value: Value) => void {
  const pending = useRef<Pending<Value> | null>(null);
  const latest = useRef({ onChange, place });
  useEffect(() => {
    latest.current = { onChange, place };
  });
  useEffect(
    () => () => {
      if (!pending.current) return;
      clearTimeout(pending.current.timer);
      if (pending.current.place === latest.current.place) latest.current.onChange(pending.current.value);
    },
    [],
  );
  return (value) => {
    if (pending.current) clearTimeout(pending.current.timer);
    const timer = setTimeout(() => {
      pending.current = null;
      if (place === latest.current.place) latest.current.onChange(value);
    }, APPLY_DELAY_MS);
    pending.current = { timer, value, place };
  };
}
