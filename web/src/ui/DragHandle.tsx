import { HolderOutlined } from '@/ui/more-icons';
import styles from './parts.module.css';

interface Props {
  label: string;
  /** −1: one place up; 1: one place down. */
  onStep: (by: -1 | 1) => void;
}

/** Takes hold of a row for dragging (see useSortable); with the keyboard the arrow keys move the row. */
export function DragHandle({ label, onStep }: Props) {
  return (
    <button
      type="button"
      data-handle
      className={styles.handle}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        onStep(event.key === 'ArrowUp' ? -1 : 1);
        // The row moves in the page, which takes the focus from the handle.
        const handle = event.currentTarget;
        requestAnimationFrame(() => handle.focus());
      }}
    >
      <HolderOutlined />
    </button>
  );
}
