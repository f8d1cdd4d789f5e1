import type { ReactNode } from 'react';
import styles from './settings.module.css';

/** A page of the settings: its title, what it is about, and one act on the right. */
export function Head({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <header className={styles.head}>
      <div>
        <h2 className={styles.title}>{title}</h2>
        {text ? <p className={styles.text}>{text}</p> : null}
      </div>
      {action}
    </header>
  );
}

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.sectionTitle}>{title}</h3>
      {text ? <p className={styles.text}>{text}</p> : null}
      <div className={styles.sectionBody}>{children}</div>
    </section>
  );
}
