/** Something that may fall due; `due` may change at any time. */
export interface Timed {
  readonly due: number | null;
  /** For when a look at it is promised; null: no look is. The timers write it, nobody else. */
  promised: number | null;
  /** Decides who is first at the same time. */
  readonly order: readonly [string, string];
}

interface Slot<T> {
  readonly at: number;
  readonly timed: T;
}

/**
 * A heap of what falls due. A slot is a promise to look again at that time: one that is put off is looked at and put
 * back, so a silence timer that moves with each reading costs nothing.
 */
export class Timers<T extends Timed> {
  readonly #heap: Slot<T>[] = [];
  #size = 0;

  /** How many wait for their time. */
  get size(): number {
    return this.#size;
  }

  /** To be called whenever `due` may have changed. */
  watch(timed: T): void {
    const { due, promised } = timed;
    if (due === null || (promised !== null && promised <= due)) return;
    if (promised === null) this.#size++;
    timed.promised = due;
    this.#push({ at: due, timed });
  }

  forget(timed: T): void {
    if (timed.promised === null) return;
    timed.promised = null;
    this.#size--;
  }

  /**
   * The next that is really due, and when, if that is not after `until`. It stays in the heap: call `watch` once it has
   * moved on. Promises for later are not looked at: most of them will have been put off until then.
   */
  peek(until = Number.POSITIVE_INFINITY): { readonly timed: T; readonly due: number } | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (!top || top.at > until) return undefined;
      const { at, timed } = top;
      if (timed.promised === at && timed.due === at) return { timed, due: at };
      this.#pop();
      if (timed.promised !== at) continue;
      this.forget(timed);
      this.watch(timed);
    }
  }

  #push(slot: Slot<T>): void {
    let index = this.#heap.push(slot) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (!above || !isBefore(slot, above)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = slot;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      if (!left) break;
      const child = right && isBefore(right, left) ? right : left;
      if (!isBefore(child, last)) break;
      this.#heap[index] = child;
      index = child === left ? 2 * index + 1 : 2 * index + 2;
    }
    this.#heap[index] = last;
  }
}

const isBefore = <T extends Timed>(a: Slot<T>, b: Slot<T>): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  const { order } = a.timed;
  const other = b.timed.order;
  return order[0] === other[0] ? order[1] < other[1] : order[0] < other[0];
};
