import type { CSSProperties } from 'react';

/** One of the twelve hues as `--hue-bg`, `--hue-fg` and `--hue-dot`, for the style sheet of an element. */
export const hueStyle = (hue: number) =>
  Object.fromEntries(
    ['bg', 'fg', 'dot'].map((part) => [`--hue-${part}`, `var(--kebu-hue-${hue}-${part})`]),
  ) as CSSProperties;
