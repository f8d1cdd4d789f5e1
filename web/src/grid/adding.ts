import type { Cell } from '@/api/types';
import type { Edits } from './edits';
import type { RowSource } from './source';

/** Makes a record; answers its id, or null where it is not made yet, as when its name is still to be asked for. */
export type AddRecord = (values: Record<string, Cell>) => Promise<number | null>;

interface Made {
  values: Record<string, Cell>;
  coming: Promise<number | null>;
  id: number | null;
}

/**
 * What is typed on the line to add a row by. Nobody waits for the server between two cells: what follows in the same
 * line (after Tab) belongs to the record that is on its way, what follows below it (after Enter) is the next one.
 */
export class Adding {
  /** The newest record, until the cursor goes somewhere else. */
  private newest: Made | null = null;
  private sameLine = false;
  /** The last record that is on its way, with those before it. */
  private underWay: Promise<void> | null = null;
  private readonly add: AddRecord;
  private readonly edits: Edits;
  private readonly source: RowSource;

  constructor(add: AddRecord, edits: Edits, source: RowSource) {
    this.add = add;
    this.edits = edits;
    this.source = source;
  }

  /** A cell of the line was filled in. */
  fill(values: Record<string, Cell>): void {
    const { newest } = this;
    if (newest && this.sameLine) {
      void newest.coming.then((id) => {
        if (id !== null) this.edits.add([{ row: this.source.find(id) ?? -1, id, version: 1, values }]);
        else void this.add({ ...newest.values, ...values });
      });
      return;
    }
    // One after the other, or the second might come to stand before the first.
    const coming = this.underWay ? this.underWay.then(() => this.add(values)) : this.add(values);
    const over = coming.then(
      () => {},
      () => {},
    );
    this.underWay = over;
    void over.then(() => {
      if (this.underWay === over) this.underWay = null;
    });
    const made: Made = { values, coming, id: null };
    void made.coming.then((id) => {
      made.id = id;
    });
    this.newest = made;
  }

  /** Runs `move`, which takes the cursor on: along the line, to the next one below, or where these are by now. */
  goingOn(move: () => void, sameLine = this.sameLine): void {
    const { newest } = this;
    move();
    this.newest = newest;
    this.sameLine = sameLine;
  }

  /** The cursor goes its own way. */
  leave(): void {
    this.newest = null;
    this.sameLine = false;
  }

  /** The rows came anew: the row in which the person is writing now, null where nobody was adding any. */
  place(): number | null {
    if (!this.newest) return null;
    const { id } = this.newest;
    return (this.sameLine && id !== null ? this.source.find(id) : undefined) ?? this.source.length;
  }
}
