import type { Cell, ColorIcon, ColorRule, Field, Filter } from '@/api/types';
import type { FieldContext } from '@/fields/context';
import { span } from './nodes';
import { signNode } from './signs';
import type { GridRow, RowSource } from './source';

/** Records to paint again. */
export type Repaint = (ids: number[] | 'all') => void;

/** For each record the places of the conditions that hold for it, in the order of `ids`. */
export type AskMatches = (ids: number[], filters: Filter[]) => Promise<number[][]>;

/** How a cell is coloured: by one of the twelve hues, and by a sign where the rule has one. */
export interface Shade {
  color: number;
  icon: ColorIcon | null;
}
/** A bar behind a number: where it begins and how long it is, as shares of the cell. */
export interface Bar {
  color: number;
  start: number;
  size: number;
}
/** The least and the greatest number of a field in the view. */
export type Reach = readonly [least: number, greatest: number];

const AT_ONCE = 500;
const MAX_KNOWN = 20_000;

/**
 * The colours of records by a view's rules, whatever shows them: rows, cards, entries. Which rules hold for a record
 * only the server says: records are asked for as they are painted, and keep their colour until the answer is there.
 */
export class RowColors {
  private readonly ask: AskMatches;
  private readonly repaint: Repaint;
  private rules: readonly ColorRule[] = [];
  private filters: Filter[] = [];
  private reach: ReadonlyMap<string, Reach> = new Map();
  private readonly known = new Map<number, number[]>();
  /** Known, but asked again as soon as they are looked at. */
  private stale = new Set<number>();
  private readonly wanted = new Set<number>();
  /** Records whose answer is on its way, with the number of the question. */
  private readonly asked = new Map<number, number>();
  private questions = 0;
  /** Answers to questions up to this one may be old when they arrive. */
  private old = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the sets of conditions: an answer to an earlier one says nothing any more. */
  private generation = 0;

  constructor(ask: AskMatches, repaint: Repaint) {
    this.ask = ask;
    this.repaint = repaint;
  }

  destroy(): void {
    this.generation += 1;
    clearTimeout(this.timer);
  }

  /** Asks again for the rows of a source that change. Returns the way to stop. */
  follow(source: RowSource): () => void {
    return source.subscribe((changed) => {
      if (this.filters.length === 0) return;
      if (changed === 'all') this.forget();
      else for (const [, { id }] of source.loaded(changed[0], changed[1])) this.askAgain(id);
    });
  }

  /** Every record may be another by now: each is asked for again when it is painted next. */
  forget(): void {
    this.stale = new Set(this.known.keys());
    this.old = this.questions;
  }

  setRules(rules: readonly ColorRule[]): void {
    const filters = rules.flatMap((rule) => ('bar' in rule ? [] : [rule.filter]));
    if (JSON.stringify(filters) !== JSON.stringify(this.filters)) {
      this.generation += 1;
      this.known.clear();
      this.stale.clear();
      this.wanted.clear();
      this.asked.clear();
      this.filters = filters;
    }
    this.rules = rules;
    this.repaint('all');
  }

  setReach(reach: ReadonlyMap<string, Reach>): void {
    this.reach = reach;
    this.repaint('all');
  }

  /** The colour of a cell: the first rule for its column that holds, else the first for its row. */
  shade(id: number, field: string, isFirst: boolean): Shade | null {
    const own = this.of(id, field);
    if (own) return own;
    const row = this.of(id, null);
    return row && { color: row.color, icon: isFirst ? row.icon : null };
  }

  /** What the first rule says that holds for a column of a record alone; null: for the whole of it. */
  of(id: number, field: string | null): Shade | null {
    if (this.filters.length === 0 || id <= 0) return null;
    const places = this.known.get(id);
    if (!places || this.stale.has(id)) this.want(id);
    if (!places || places.length === 0) return null;
    let place = -1;
    for (const rule of this.rules) {
      if ('bar' in rule) continue;
      place += 1;
      if (!places.includes(place) || (rule.target === 'cell' ? rule.field : null) !== field) continue;
      return { color: rule.color, icon: rule.icon ?? null };
    }
    return null;
  }

  /** Whether there are rules that would colour the name of a record: for all of it, or for that column. */
  colours(title: string): boolean {
    return this.rules.some((rule) => !('bar' in rule) && (rule.target === 'row' || rule.field === title));
  }

  bar(field: string, cell: Cell | undefined): Bar | null {
    if (typeof cell !== 'number') return null;
    const rule = this.rules.find((one) => 'bar' in one && one.field === field);
    const reach = rule && this.reach.get(field);
    if (!reach) return null;
    const least = Math.min(0, reach[0]);
    const length = Math.max(0, reach[1]) - least;
    if (length <= 0) return null;
    // One that was changed since the reach was asked may lie outside of it.
    const share = (value: number) => Math.max(0, Math.min(1, (value - least) / length));
    const [start, end] = [share(Math.min(0, cell)), share(Math.max(0, cell))];
    return { color: rule.color, start, size: end - start };
  }

  /** Puts the sign and the bar of a cell into what it shows, which stand where the cell's edges are; adds classes. */
  dress(
    node: HTMLElement,
    classes: string[],
    { row, field, cell, first }: { row: GridRow; field: Field; cell: Cell; first: boolean },
    { t }: FieldContext,
  ): void {
    const shade = this.shade(row.id, field.key, first);
    if (shade) classes.push('kg-hued', `kg-hue-${shade.color}`);
    if (shade?.icon) {
      classes.push('kg-signed');
      node.append(signNode(shade.icon, t(`sign.${shade.icon}`)));
    }
    const bar = this.bar(field.key, cell);
    if (!bar) return;
    const line = span(`kg-bar kg-hue-${bar.color}`, '');
    line.style.left = `${bar.start * 100}%`;
    line.style.width = `${bar.size * 100}%`;
    classes.push('kg-barred');
    node.append(line);
  }

  /** What is on its way was asked before the change. */
  private askAgain(id: number): void {
    this.asked.delete(id);
    this.want(id);
  }

  private want(id: number): void {
    if (id <= 0 || (this.asked.get(id) ?? 0) > this.old) return;
    this.wanted.add(id);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.fetch();
    });
  }

  private async fetch(): Promise<void> {
    const { generation, filters } = this;
    const ids = [...this.wanted].slice(-AT_ONCE);
    if (ids.length === 0) return;
    this.questions += 1;
    const question = this.questions;
    for (const id of ids) {
      this.wanted.delete(id);
      this.asked.set(id, question);
      this.stale.delete(id);
    }
    // Those that were not asked for again meanwhile.
    const still = (id: number) => this.asked.get(id) === question;
    try {
      const matches = await this.ask(ids, filters);
      if (generation !== this.generation) return;
      this.learn(new Map(ids.map((id, place) => [id, matches[place] ?? []] as const).filter(([id]) => still(id))));
      if (question <= this.old) for (const id of ids.filter(still)) this.stale.add(id);
    } catch {
      // Without the line there is no colour, and it is asked again when the rows are.
    }
    if (generation !== this.generation) return;
    for (const id of ids.filter(still)) this.asked.delete(id);
    if (this.wanted.size > 0) void this.fetch();
  }

  private learn(matches: ReadonlyMap<number, number[]>): void {
    if (this.known.size > MAX_KNOWN) this.known.clear();
    const others: number[] = [];
    for (const [id, places] of matches) {
      if ((this.known.get(id) ?? []).join() !== places.join()) others.push(id);
      this.known.set(id, places);
    }
    if (others.length > 0) this.repaint(others);
  }
}
