import { useState } from 'react';

/** Something unsaved, kept in this browser until it is null again: it survives leaving the page and reloading. */
export function useKept<T>(name: string): [T | null, (value: T | null) => void] {
  const [kept, setKept] = useState(() => readKept<T>(name));
  return [
    kept,
    (value) => {
      setKept(value);
      keep(name, value);
    },
  ];
}

export function readKept<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

function keep(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full: then it lives as long as the page.
  }
}
