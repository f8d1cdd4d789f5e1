import type { ReactNode } from 'react';
import styles from './parts.module.css';

interface Props {
  label: string;
  /** Empty: the column of a row's acts. */
  head: string[];
  children: ReactNode;
}

/** A short table of a settings page: hairlines only. The children are its rows. */
export function PlainTable({ label, head, children }: Props) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {head.map((title) =>
              title ? (
                <th key={title} scope="col">
                  {title}
                </th>
              ) : (
                <td key="acts" />
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A state as a dot and a word. */
export function StateDot({ tone, children }: { tone: 'done' | 'soon' | 'off'; children: ReactNode }) {
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <i className={styles.dot} data-tone={tone} />
      {children}
    </span>
  );
}
