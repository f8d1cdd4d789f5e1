import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import styles from './import.module.css';

const EDGE = 8; // pixels to the window's edge at least

/** Opens at what it stands in, over everything else and whole within the window; presses in it end here. */
export function Panel({ children }: { children: ReactNode }) {
  const mark = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ left: EDGE, top: EDGE });
  useLayoutEffect(() => {
    const place = () => {
      const by = mark.current?.parentElement?.getBoundingClientRect();
      if (!by || !box.current) return;
      const { offsetWidth: width, offsetHeight: height } = box.current;
      const fits = by.bottom + height + EDGE < window.innerHeight || by.top < height + EDGE;
      const left = clamp(by.left, window.innerWidth - width - EDGE);
      const top = clamp(fits ? by.bottom + 2 : by.top - height - 2, window.innerHeight - height - EDGE);
      setAt((before) => (before.left === left && before.top === top ? before : { left, top }));
    };
    place();
    addEventListener('scroll', place, true);
    addEventListener('resize', place);
    return () => {
      removeEventListener('scroll', place, true);
      removeEventListener('resize', place);
    };
  }, []);
  return (
    <span ref={mark}>
      {createPortal(
        // biome-ignore lint/a11y/noStaticElementInteractions: React would tell the cell of presses in it
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above
        <div ref={box} className={styles.panel} style={at} onClick={(event) => event.stopPropagation()}>
          {children}
        </div>,
        document.body,
      )}
    </span>
  );
}

/** Calls back when something outside of the box is pressed. */
export function useAway(onAway: () => void) {
  const box = useRef<HTMLDivElement>(null);
  const act = useRef(onAway);
  useEffect(() => {
    act.current = onAway;
  });
  useEffect(() => {
    const onPress = ({ target }: PointerEvent) => {
      const inside =
        target instanceof Element && (box.current?.contains(target) || target.closest('.ant-select-dropdown'));
      if (!inside) act.current();
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => document.removeEventListener('pointerdown', onPress, true);
  }, []);
  return box;
}

const clamp = (place: number, most: number) => Math.max(Math.min(place, most), EDGE);
