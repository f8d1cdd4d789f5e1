import {
  type CSSProperties,
  createContext,
  type ReactNode,
  use,
  useCallback,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ObjectInfo, RecordId } from '@/api/types';
import type { Bar, Repaint, RowColors, Shade } from '@/grid/colors';
import type { GridRow } from '@/grid/source';
import { useColors } from '@/pages/table/row-colors';
import type { TableState } from '@/pages/table/table-state';
import { hueStyle } from '@/ui/hues';
import { useOnChanges } from './rows';
import './card-colors.css';

/** How a record is coloured that is shown as a card, an entry or a line, and not as a row of cells. */
export interface CardLook {
  /** By a rule for the whole record. */
  whole: Shade | null;
  /** By a rule for one of its values alone. */
  of: (field: string) => Shade | null;
  bar: (field: string) => Bar | null;
  /** Whether the rules say which colour a record's name has, if any. */
  isDecided: boolean;
}

const PLAIN: CardLook = { whole: null, of: () => null, bar: () => null, isDecided: false };

/** Cards that look at one set of colours, and hear when to look again. */
class Onlookers {
  private readonly listeners = new Set<() => void>();
  private readonly times = new Map<RecordId, number>();
  private all = 0;

  readonly repaint: Repaint = (ids) => {
    if (ids === 'all') this.all += 1;
    else for (const id of ids) this.times.set(id, (this.times.get(id) ?? 0) + 1);
    for (const listener of this.listeners) listener();
  };
  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  /** How often a record was to be painted. */
  readonly count = (id: RecordId) => this.all + (this.times.get(id) ?? 0);
}

const Colors = createContext<{ colors: RowColors | null; onlookers: Onlookers; title: string } | null>(null);

interface Props {
  object: ObjectInfo;
  state: TableState;
  /** Whether the cards show bars: only where numbers stand below each other, in the same width. */
  withBars?: boolean;
  children: ReactNode;
}

/** Gives the cards inside the colours of the view's rules, asked for those that are here. */
export function CardColors({ object, state, withBars = false, children }: Props) {
  const [onlookers] = useState(() => new Onlookers());
  const colors = useColors(object, state, onlookers.repaint, withBars);
  useOnChanges(
    useCallback(() => {
      colors?.forget();
      onlookers.repaint('all');
    }, [colors, onlookers]),
  );
  const title = object.title_field;
  const given = useMemo(() => ({ colors, onlookers, title }), [colors, onlookers, title]);
  return <Colors value={given}>{children}</Colors>;
}

/** What an element gets that stands on a rule's colour: the whole of a card, or one of its values. */
export const hued = (shade: Shade | null, part: 'whole' | 'value'): { 'data-hued'?: string; style?: CSSProperties } =>
  shade ? { 'data-hued': part, style: hueStyle(shade.color) } : {};

const still = () => () => {};

/** The colours of one record, as its view's rules have them now. */
export function useCardLook(row: GridRow): CardLook {
  const given = use(Colors);
  useSyncExternalStore(given?.onlookers.subscribe ?? still, () => given?.onlookers.count(row.id) ?? 0);
  const colors = given?.colors;
  if (!given || !colors) return PLAIN;
  return {
    whole: colors.of(row.id, null),
    of: (field) => colors.of(row.id, field),
    bar: (field) => colors.bar(field, row.cells[field]),
    isDecided: colors.colours(given.title),
  };
}
