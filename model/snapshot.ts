/**
 * A part of the engine whose memory survives a crash: the keys that changed are written every few seconds together
 * with the log position; after a start the log after that position is played again (docs/architecture.md).
 */
export interface Snapshotted {
  /** Name space of the keys; constant. */
  readonly component: string;
  /** The keys that changed since the last call with their state as JSON text; null: the key is gone. Marks them clean. */
  takeDirty(): Iterable<readonly [key: string, state: string | null]>;
  /** Called once before anything else, with everything that `takeDirty` ever gave and that still stands. */
  restore(entries: Iterable<readonly [key: string, state: string]>): void;
}
