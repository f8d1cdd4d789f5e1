import { Button, Popover } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './beside.module.css';
import { CloseOutlined } from './more-icons';

interface Props {
  title: string;
  /** What the button says that closes it. */
  close: string;
  /** Where the cell is. */
  anchor: DOMRect;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog beside a cell, with its title: Escape closes it. It takes the focus, unless something inside does. */
export function Beside({ title, close, anchor, onClose, children }: Props) {
  const { left, top, width, height } = anchor;
  return (
    <Popover
      open
      arrow={false}
      placement="bottomLeft"
      trigger="click"
      onOpenChange={(open) => !open && onClose()}
      content={
        <Dialog title={title} close={close} onClose={onClose}>
          {children}
        </Dialog>
      }
      aria-label={title}
    >
      <span style={{ position: 'fixed', left, top, width: width || 1, height: height || 1, pointerEvents: 'none' }} />
    </Popover>
  );
}

function Dialog({ title, close, onClose, children }: Omit<Props, 'anchor'>) {
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!dialog.current?.contains(document.activeElement)) dialog.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div
      ref={dialog}
      role="dialog"
      aria-label={title}
      tabIndex={-1}
      className={styles.beside}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h3>{title}</h3>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={close} onClick={onClose} />
      </header>
      {children}
    </div>
  );
}
