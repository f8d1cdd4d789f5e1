import type { Cell, Group, Level } from '@/api/types';
import type { RemoteSource } from './remoteSource';
import { type GridRow, type GroupHead, isUnmade, type RowSource, type RowSpan } from './source';

/** Head rows need ids of their own, below those of records that are gone. */
const FIRST_HEAD_ID = -1_000_000_000;
/** Levels of grouping; the server takes no more. */
const MAX_LEVELS = 3;

/** Rows that follow each other: the head of a group, or records of one. */
interface Part {
  /** The first of them in the grid. */
  row: number;
  rows: number;
  /** The first of them in the order of all records. */
  from: number;
  head: GridRow | null;
}

interface Branch extends GroupHead {
  from: number;
  id: number;
  branches: Branch[];
}

/**
 * The rows of a view with a head above each group. Groups that are closed show only their head. Where nothing is
 * grouped, the rows are what the server's are.
 */
export class GroupedSource implements RowSource {
  readonly records: RemoteSource;
  private parts: Part[] | null = null;
  private tree: Branch[] = [];
  /** Below all others: records that wait to be made. */
  private unmade: readonly GridRow[] = [];
  private closed: ReadonlySet<string>;
  private readonly onClosed: (closed: ReadonlySet<string>) => void;
  private readonly listeners = new Set<(changed: RowSpan | 'all') => void>();

  /** `closed`: keys of the groups to begin with closed; `onClosed` hears when these are others. */
  constructor(records: RemoteSource, closed: Iterable<string>, onClosed: (closed: ReadonlySet<string>) => void) {
    this.records = records;
    this.closed = new Set(closed);
    this.onClosed = onClosed;
    records.subscribe((changed) => this.tell(changed === 'all' ? 'all' : this.shownSpan(changed)));
  }

  /** The groups that the server found, in order; null where nothing is grouped. */
  show(levels: readonly Level[], groups: readonly Group[] | null): void {
    if (groups === null && this.parts === null) return;
    this.tree = groups === null ? [] : treeOf(levels, groups);
    this.lay(groups !== null);
  }

  /** Records that are not made yet stand below all others. */
  append(unmade: readonly GridRow[]): void {
    if (unmade.length === 0 && this.unmade.length === 0) return;
    this.unmade = unmade;
    this.tell('all');
  }

  get length(): number {
    return this.made + this.unmade.length;
  }

  private get made(): number {
    const last = this.parts?.at(-1);
    return this.parts ? (last ? last.row + last.rows : 0) : this.records.length;
  }

  get(row: number): GridRow | undefined {
    if (row >= this.made) return this.unmade[row - this.made];
    if (!this.parts) return this.records.get(row);
    const part = this.partAt(row);
    return part && (part.head ?? this.records.get(part.from + row - part.row));
  }

  find(id: number): number | undefined {
    if (isUnmade(id)) {
      const place = this.unmade.findIndex((row) => row.id === id);
      return place < 0 ? undefined : this.made + place;
    }
    const at = this.records.find(id);
    return at === undefined ? undefined : this.rowOf(at);
  }

  numberOf(row: number): number {
    const part = this.partAt(row);
    if (!this.parts || !part) return row + 1 - (this.parts ? this.made - this.records.length : 0);
    return part.head ? 0 : part.from + row - part.row + 1;
  }

  ensure(from: number, to: number, top = 0): void {
    if (!this.parts) {
      this.records.ensure(from, to, top);
      return;
    }
    const wanted = this.partsIn(from, to).filter((part) => !part.head);
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (!first || !last) return;
    const begin = first.from + Math.max(0, from - first.row);
    this.records.ensure(begin, last.from + Math.min(last.rows - 1, to - last.row));
  }

  async load(from: number, to: number): Promise<GridRow[]> {
    return [...(await this.loadMade(from, Math.min(to, this.made - 1))), ...this.unmadeIn(from, to)];
  }

  private unmadeIn(from: number, to: number): readonly GridRow[] {
    return this.unmade.slice(Math.max(0, from - this.made), Math.max(0, to - this.made + 1));
  }

  private async loadMade(from: number, to: number): Promise<GridRow[]> {
    if (!this.parts) return this.records.load(from, to);
    const rows: GridRow[] = [];
    for (const part of this.partsIn(from, to)) {
      if (part.head) {
        rows.push(part.head);
      } else {
        const begin = part.from + Math.max(0, from - part.row);
        rows.push(...(await this.records.load(begin, part.from + Math.min(part.rows - 1, to - part.row))));
      }
    }
    return rows;
  }

  *loaded(from: number, to: number): Iterable<readonly [number, GridRow]> {
    yield* this.loadedMade(from, Math.min(to, this.made - 1));
    const first = Math.max(from, this.made);
    for (const [place, row] of this.unmadeIn(from, to).entries()) yield [first + place, row];
  }

  private *loadedMade(from: number, to: number): Iterable<readonly [number, GridRow]> {
    if (!this.parts) {
      yield* this.records.loaded(from, to);
      return;
    }
    for (const part of this.partsIn(from, to)) {
      if (part.head) {
        yield [part.row, part.head];
      } else {
        const begin = part.from + Math.max(0, from - part.row);
        const end = part.from + Math.min(part.rows - 1, to - part.row);
        for (const [at, row] of this.records.loaded(begin, end)) yield [part.row + at - part.from, row];
      }
    }
  }

  patch(id: number, version: number, cells: Record<string, Cell>): void {
    const at = this.records.find(id);
    const before = at === undefined ? undefined : this.records.get(at);
    this.records.patch(id, version, cells);
    const after = at === undefined ? undefined : this.records.get(at);
    if (at !== undefined && before && after && before !== after) this.recount(at, before.cells, after.cells);
  }

  /** The records of some rows of the grid, as a span of the order; null where there are none. */
  recordsIn(top: number, bottom: number): { offset: number; limit: number } | null {
    if (!this.parts) return { offset: top, limit: bottom - top + 1 };
    const parts = this.partsIn(top, bottom).filter((part) => !part.head);
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last) return null;
    const offset = first.from + Math.max(0, top - first.row);
    return { offset, limit: last.from + Math.min(last.rows - 1, bottom - last.row) - offset + 1 };
  }

  swap(from: number, to: number, step: 1 | -1): boolean {
    if (!this.parts) return this.records.swap(from, to, step);
    const part = this.partAt(Math.min(from, from + step));
    if (!part || part.head || part !== this.partAt(Math.max(to, to + step))) return false;
    const begin = part.from - part.row;
    return this.records.swap(begin + from, begin + to, step);
  }

  groupsAt(row: number): readonly GroupHead[] {
    const part = this.partAt(row);
    if (!part) return [];
    const around = (branches: readonly Branch[]): Branch[] => {
      const one = branches.findLast(({ from }) => from <= part.from);
      return one ? [one, ...around(one.branches)] : [];
    };
    return around(this.tree).slice(0, (part.head?.head?.level ?? MAX_LEVELS) + 1);
  }

  innermost(): readonly (readonly GroupHead[])[] {
    const below = (branch: Branch): GroupHead[][] =>
      branch.branches.length > 0
        ? branch.branches.flatMap((one) => below(one).map((path) => [branch, ...path]))
        : [[branch]];
    return this.tree.flatMap(below);
  }

  /** Where a row's record stands in the order; of a head, the first one below it. */
  positionOf(row: number): number {
    const part = this.partAt(row);
    return part ? part.from + (part.head ? 0 : row - part.row) : row;
  }

  /** The row in which a record of the order shows; a closed group around it opens. */
  reveal(at: number): number {
    const shut = (branches: readonly Branch[]): string[] => {
      const branch = branches.findLast((one) => one.from <= at);
      return branch ? [branch.key, ...shut(branch.branches)] : [];
    };
    if (this.rowOf(at) === undefined) {
      const around = new Set(shut(this.tree));
      this.close(new Set([...this.closed].filter((key) => !around.has(key))));
    }
    return this.rowOf(at) ?? 0;
  }

  subscribe(listener: (changed: RowSpan | 'all') => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  toggle(row: number): void {
    const head = this.get(row)?.head;
    if (!head) return;
    const closed = new Set(this.closed);
    if (!closed.delete(head.key)) closed.add(head.key);
    this.close(closed);
  }

  /** Closes every group, or opens all of them. */
  toggleAll(open: boolean): void {
    const keys = (branches: readonly Branch[]): string[] => branches.flatMap((one) => [one.key, ...keys(one.branches)]);
    this.close(new Set(open ? [] : keys(this.tree)));
  }

  private close(closed: ReadonlySet<string>): void {
    this.closed = closed;
    this.onClosed(closed);
    this.lay(true);
  }

  private lay(grouped: boolean): void {
    const parts: Part[] = [];
    let row = 0;
    const add = (part: Omit<Part, 'row'>) => {
      parts.push({ ...part, row });
      row += part.rows;
    };
    const walk = (branches: readonly Branch[]) => {
      for (const branch of branches) {
        branch.open = !this.closed.has(branch.key);
        add({ rows: 1, from: branch.from, head: { id: branch.id, version: 0, cells: {}, head: branch } });
        if (!branch.open) continue;
        if (branch.branches.length > 0) walk(branch.branches);
        else add({ rows: branch.count, from: branch.from, head: null });
      }
    };
    walk(this.tree);
    this.parts = grouped ? parts : null;
    this.tell('all');
  }

  /** The sums of the groups that a record stands in, after its numbers changed. */
  private recount(at: number, before: Record<string, Cell>, after: Record<string, Cell>): void {
    let branches: readonly Branch[] = this.tree;
    for (;;) {
      const branch = branches.findLast((one) => one.from <= at);
      if (!branch) return;
      for (const name of Object.keys(branch.values)) {
        const key = name.slice(0, name.lastIndexOf('.'));
        const [old, now] = [before[key], after[key]].map((cell) => (typeof cell === 'number' ? cell : null));
        if (old === now) continue;
        const filled = name.endsWith('.filled');
        const part = (value: number | null | undefined) => (filled ? Number(value != null) : (value ?? 0));
        branch.values[name] = round((branch.values[name] ?? 0) + part(now) - part(old));
      }
      const head = this.parts?.find((part) => part.head?.id === branch.id);
      if (head) this.tell([head.row, head.row]);
      branches = branch.branches;
    }
  }

  /** Where a record of the order stands in the grid; undefined within a closed group. */
  private rowOf(at: number): number | undefined {
    if (!this.parts) return at;
    const part = this.parts.findLast((one) => !one.head && one.from <= at);
    return part && at < part.from + part.rows ? part.row + at - part.from : undefined;
  }

  private shownSpan([from, to]: RowSpan): RowSpan {
    if (!this.parts) return [from, to];
    const touched = this.parts.filter((one) => !one.head && one.from <= to && one.from + one.rows > from);
    const [first, last] = [touched[0], touched.at(-1)];
    if (!first || !last) return [0, -1];
    return [first.row + Math.max(0, from - first.from), last.row + Math.min(last.rows - 1, to - last.from)];
  }

  private partAt(row: number): Part | undefined {
    const parts = this.parts ?? [];
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((parts[middle]?.row ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    const part = parts[low];
    return part && row >= part.row && row < part.row + part.rows ? part : undefined;
  }

  private partsIn(from: number, to: number): Part[] {
    const parts = this.parts ?? [];
    const first = this.partAt(Math.max(0, from));
    const found: Part[] = [];
    for (let place = first ? parts.indexOf(first) : parts.length; place < parts.length; place += 1) {
      const part = parts[place];
      if (!part || part.row > to) break;
      found.push(part);
    }
    return found;
  }

  private tell(changed: RowSpan | 'all'): void {
    for (const listener of this.listeners) listener(changed);
  }
}

/** The innermost groups under those they belong to, each with the number and the sums of all rows below it. */
function treeOf(levels: readonly Level[], groups: readonly Group[]): Branch[] {
  const roots: Branch[] = [];
  let from = 0;
  let id = FIRST_HEAD_ID;
  for (const { path, count, values } of groups) {
    let branches = roots;
    levels.forEach(({ field, unit }, level) => {
      const above = path.slice(0, level + 1);
      const key = JSON.stringify(above);
      let branch = branches.at(-1);
      if (branch?.key !== key) {
        const cell = path[level] ?? null;
        id -= 1;
        branch = {
          key,
          level,
          field,
          unit,
          cell,
          path: above,
          count: 0,
          values: {},
          open: true,
          from,
          id,
          branches: [],
        };
        branches.push(branch);
      }
      branch.count += count;
      for (const [name, value] of Object.entries(values)) {
        branch.values[name] = round((branch.values[name] ?? 0) + (value ?? 0));
      }
      branches = branch.branches;
    });
    from += count;
  }
  return roots;
}

/** Cents added as fractions drift: 0.1 + 0.2 */
const round = (value: number) => Math.round(value * 1e6) / 1e6;
