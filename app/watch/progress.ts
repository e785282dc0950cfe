/** A consumer that has records before it and takes none for so long has stopped. */
const stoppedAfterMs = 30_000;

/** Sees whether the engine goes on: not how far it is behind, but whether it moves at all. */
export class Progress {
  #at = -1;
  #sinceMs: number | null = null;

  /** Since when records have waited while none was processed, in ms; null: it moves, or has nothing to do. */
  look(
    position: { readonly committed: number; readonly inbox: number } | null,
    nowMs: number,
  ): number | null {
    if (!position || position.committed >= position.inbox || position.committed !== this.#at) {
      this.#at = position?.committed ?? -1;
      this.#sinceMs = position && position.committed < position.inbox ? nowMs : null;
      return null;
    }
    this.#sinceMs ??= nowMs;
    const ms = nowMs - this.#sinceMs;
    return ms >= stoppedAfterMs ? ms : null;
  }
}
