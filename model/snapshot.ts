/** A key with its state as JSON text; null: the key is gone. */
export type StateRow = readonly [key: string, state: string | null];

/**
 * A part of the engine whose memory survives a crash: the keys that changed are written every few seconds together
 * with the log position; after a start the log after that position is played again (docs/architecture.md).
 */
export interface Snapshotted {
  /** Name space of the keys; constant. */
  readonly component: string;
  /**
   * The keys that changed since the last call, with their state as of this one, however late and in how many goes the
   * answer is read. What was not read yet of the last answer comes first. Marks them clean.
   */
  takeDirty(): Iterable<StateRow>;
  /** Called once before anything else, with everything that `takeDirty` ever gave and that still stands. */
  restore(entries: Iterable<readonly [key: string, state: string]>): void;
}

/**
 * The rows of a snapshot, made one source at a time: as it was when it was put in, since a source that is about to change is
 * read before (docs/decisions/236).
 */
export class Readout<Source> {
  readonly #read: (source: Source) => Iterable<StateRow>;
  readonly #unread = new Set<Source>();
  #rows: StateRow[] = [];
  #given = 0;

  constructor(read: (source: Source) => Iterable<StateRow>) {
    this.#read = read;
  }

  /** A row that is known already. */
  put(key: string, state: string | null): void {
    this.#rows.push([key, state]);
  }
  /** To be read when its turn comes. */
  add(source: Source): void {
    this.#unread.add(source);
  }

  /** To be called before anything of it changes. */
  changing(source: Source): void {
    if (this.#unread.size > 0 && this.#unread.delete(source))
      for (const row of this.#read(source)) this.#rows.push(row);
  }
  /** All of them may change. */
  readAll(): void {
    for (const source of this.#unread) this.changing(source);
  }

  /** What was not given yet, also to one who asked before. */
  *rest(): Iterable<StateRow> {
    for (;;) {
      for (let row = this.#rows[this.#given]; row; row = this.#rows[this.#given]) {
        this.#given++;
        yield row;
      }
      this.#rows = [];
      this.#given = 0;
      const [next] = this.#unread;
      if (next === undefined) return;
      this.changing(next);
    }
  }
}
