import { lazy, type RefObject, Suspense, useRef } from 'react';
import type { ObjectInfo } from '@/api/types';
import type { GridHandle } from '@/grid/Grid';
import { arriving } from '@/ui/arriving';
import type { Rows } from './rows';
import styles from './table.module.css';

export const findPart = () => import('./FindBar');
const FindBar = lazy(() => arriving(findPart));

interface Props {
  object: ObjectInfo;
  rows: Rows;
  /** Counts how often somebody asked for it; null: nobody did. */
  asked: number | null;
  label: string;
  grid: RefObject<GridHandle | null>;
  onClose: () => void;
}

/** The bar that finds, over the grid of a page. What is typed before it has arrived is not lost. */
export function Finding({ object, rows, asked, label, grid, onClose }: Props) {
  const early = useRef('');
  if (asked === null) return null;
  const box = (
    <input
      ref={(one) => one?.focus()}
      className={styles.early}
      aria-label={label}
      onInput={(event) => {
        early.current = event.currentTarget.value;
      }}
    />
  );
  return (
    <Suspense fallback={box}>
      <FindBar
        early={early}
        object={object}
        rows={rows}
        asked={asked}
        controller={() => grid.current?.controller() ?? null}
        onClose={() => {
          onClose();
          grid.current?.focus();
        }}
      />
    </Suspense>
  );
}
