import type { AssembledEngine } from '#app/engine/assemble.ts';
import { RecordFault } from '#app/engine/record-fault.ts';
import { DamagedBatch, DamagedSegment } from '#broker/inbox/damaged.ts';
import { isFull } from '#broker/inbox/free-space.ts';
import type { Position } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';

export interface KeeperParts {
  /** Builds an engine from what is durable; `skip`: records to pass over. Throws what the engine throws. */
  readonly assemble: (skip: ReadonlyMap<Position, string>) => AssembledEngine;
  /** Undoes what the store has open. */
  readonly rollback: () => void;
  /** Puts what is damaged of the inbox where it is not read any more; false when that cannot be done yet. */
  readonly setAside: (damage: DamagedBatch | DamagedSegment) => boolean;
  /** Makes room on a full disk; false when there is none to be made. */
  readonly makeRoom: () => boolean;
  /** Calls back after a while, to try again. */
  readonly later: (retry: () => void) => void;
  /** A new engine stands and can go on. */
  readonly onReady: () => void;
  readonly log: Log;
}

/** More damage than this, one after the other, is no damage: the keys are another installation's. */
const mostSetAside = 3;

/**
 * Keeps an engine going. What could not be committed never happened: after any failure the engine's memory is thrown
 * away and built again from what is durable, so that there is one recovery for everything:
 * a store that cannot be written is tried again until it can; a record that we fail at is passed over, and a damaged
 * batch of the inbox set aside, both loudly.
 */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #skip = new Map<Position, string>();
  #assembled: AssembledEngine | null = null;
  #blocked: string | null = null;
  #failures = 0;
  #lost = 0;
  #damaged = 0;
  #setAsideInARow = 0;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#build();
    if (this.#blocked !== null) parts.later(() => this.#tryAgain());
  }

  /** The engine, or the last one while a new one cannot be built; null before the first. */
  get assembled(): AssembledEngine | null {
    return this.#assembled;
  }
  /** Why nothing can be committed at the moment; null: it can. */
  get blocked(): string | null {
    return this.#blocked;
  }
  /** Records passed over and batches set aside since the start. */
  get failures(): number {
    return this.#failures;
  }
  /** … of which records that are in no quarantine and were answered to nobody (a tick, a connection). */
  get lost(): number {
    return this.#lost;
  }
  /** … of which batches and files of the inbox that were set aside. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Runs `work` on the engine; false when it is blocked or has just failed. */
  run(work: (engine: AssembledEngine) => void): boolean {
    if (this.#blocked !== null || !this.#assembled) return false;
    try {
      work(this.#assembled);
      this.#setAsideInARow = 0;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** Something of the engine failed outside of `run`, such as a commit by timer. */
  failed(error: unknown): void {
    this.#assembled?.effects.abandon();
    this.#note(error);
    if (this.#blocked === null) this.#build();
    this.#goOnOrWait();
  }

  #tryAgain(): void {
    this.#blocked = null;
    this.#build();
    this.#goOnOrWait();
  }

  #goOnOrWait(): void {
    if (this.#blocked === null) this.#parts.onReady();
    else this.#parts.later(() => this.#tryAgain());
  }

  /** Until it stands, or until it has to wait. */
  #build(): void {
    while (this.#blocked === null) {
      try {
        this.#parts.rollback();
        this.#assembled = this.#parts.assemble(this.#skip);
        return;
      } catch (error) {
        this.#note(error);
      }
    }
  }

  #note(error: unknown): void {
    const { log, makeRoom, setAside } = this.#parts;
    if (error instanceof RecordFault && !this.#skip.has(error.position)) {
      this.#failures += 1;
      if (!error.isFound) this.#lost += 1;
      this.#skip.set(error.position, `Gridbell failed at this record: ${error.message}`);
      const { cause, message, position, type } = error;
      const stack = cause instanceof Error ? cause.stack : null;
      log.error(
        { position, type, error: message, stack },
        'a record could not be processed and is passed over: this is a fault of Gridbell',
      );
      return;
    }
    const isDamage = error instanceof DamagedBatch || error instanceof DamagedSegment;
    if (isDamage && this.#setAsideInARow < mostSetAside && setAside(error)) {
      this.#failures += 1;
      this.#damaged += 1;
      this.#setAsideInARow += 1;
      log.error(
        { error: error.message },
        'a part of the inbox is damaged and set aside: what it said is lost. Check the disk',
      );
      return;
    }
    if (isFull(error) && makeRoom()) {
      log.warn({ error: messageOf(error) }, 'the disk is full: the ops store is written into the reserve');
      return;
    }
    this.#blocked = messageOf(error);
    log.error({ error: this.#blocked }, 'the engine cannot go on; tried again every second');
  }
}
