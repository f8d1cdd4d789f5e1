import { ConfigProvider } from 'antd';
import type { ReactNode } from 'react';
import styles from './record.module.css';

/** Editors without boxes until the hand is over them: a record reads as text. */
export function Quiet({ children }: { children: ReactNode }) {
  return (
    <ConfigProvider variant="borderless">
      <div className={styles.quiet}>{children}</div>
    </ConfigProvider>
  );
}
