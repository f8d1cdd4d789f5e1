import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

/** As wide as the editor above it at least. */
const LEAST_WIDTH = 160;

/** Opens below `rect` (pixels of the window), or above it where there is more room. Never takes the focus. */
export function Popup({ rect, children }: { rect: DOMRect; children: ReactNode }) {
  const node = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = node.current ?? { offsetWidth: 0, offsetHeight: 0 };
    setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
  });
  const below = window.innerHeight - rect.bottom;
  const fits = below >= size.height + 8 || below >= rect.top;
  const top = fits ? rect.bottom + 2 : Math.max(4, rect.top - size.height - 2);
  const left = Math.max(4, Math.min(rect.left, window.innerWidth - size.width - 8));
  return createPortal(
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus in the input line, does nothing itself
    <div
      ref={node}
      className="kg-popup"
      style={{ top, left, minWidth: Math.max(rect.width, LEAST_WIDTH) }}
      onMouseDown={(event) => event.preventDefault()}
    >
      {children}
    </div>,
    document.body,
  );
}
