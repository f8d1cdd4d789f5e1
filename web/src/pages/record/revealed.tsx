import { createContext, type ReactNode, useContext, useState } from 'react';
import type { Cell } from '@/api/types';

type Shown = readonly [
  Readonly<Record<string, Cell>>,
  (change: (now: Record<string, Cell>) => Record<string, Cell>) => void,
];

const Held = createContext<Shown>([{}, () => {}]);

/** Holds what was revealed as long as a record is open beside the table; nowhere else is it kept. */
export function Revealing({ children }: { children: ReactNode }) {
  const held = useState<Record<string, Cell>>({});
  return <Held value={held}>{children}</Held>;
}

/** A revealed value, undefined while it is not shown, and how to show it or, with undefined, to mask it again. */
export function useRevealed(key: string): [Cell | undefined, (cell: Cell | undefined) => void] {
  const [held, change] = useContext(Held);
  const put = (cell: Cell | undefined) =>
    change(({ [key]: _, ...others }) => (cell === undefined ? others : { ...others, [key]: cell }));
  return [held[key], put];
}
