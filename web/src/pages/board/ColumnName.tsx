import { useLayoutEffect, useRef } from 'react';
import { chipNode, personNode } from '@/fields/render';
import styles from './board.module.css';
import type { BoardColumn } from './columns';
import '@/fields/fields.css';

/** The name as the value looks elsewhere: a choice as its chip, a person with the first letter. */
export function ColumnName({ column, person }: { column: BoardColumn; person: boolean }) {
  const host = useRef<HTMLSpanElement>(null);
  const { value, label, choice } = column;
  useLayoutEffect(() => {
    if (value === null) return;
    host.current?.replaceChildren(person ? personNode(Number(value), label) : chipNode(label, choice));
  }, [value, label, choice, person]);
  return value === null ? <span className={styles.none}>{label}</span> : <span ref={host} className="kf-view" />;
}
