import { type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './record.module.css';

const STORAGE_KEY = 'kebu.panel';
const MIN = 420;
const MAX = 560;
const STEP = 20;
const clamp = (width: number) => Math.round(Math.max(MIN, Math.min(MAX, width)));

/** The width of the record panel in pixels, remembered in this browser. */
export function usePanelWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => clamp(Number(localStorage.getItem(STORAGE_KEY)) || 460));
  return [
    width,
    (next) => {
      localStorage.setItem(STORAGE_KEY, String(clamp(next)));
      setWidth(clamp(next));
    },
  ];
}

/** The left edge of the panel: dragged, or moved by the arrow keys. */
export function PanelEdge({ width, onChange }: { width: number; onChange: (width: number) => void }) {
  const { t } = useTranslation('table');
  const drag = (event: PointerEvent<HTMLElement>) => {
    const edge = event.currentTarget;
    const start = { x: event.clientX, width };
    edge.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => onChange(start.width + start.x - moved.clientX);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('pointerup', () => edge.removeEventListener('pointermove', move), { once: true });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that is moved is a focusable separator, which hr is not
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('record.resize')}
      aria-valuenow={width}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      className={styles.edge}
      onPointerDown={drag}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') onChange(width + STEP);
        if (event.key === 'ArrowRight') onChange(width - STEP);
      }}
    />
  );
}
