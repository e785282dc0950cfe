import type { InboxAppender, Room, Urgency } from '#broker/ports.ts';
import type { Position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';

interface Waiting {
  readonly record: InboxRecord;
  readonly urgency: Urgency;
  readonly untilMs: number;
  resolve(at: Position): void;
  reject(error: unknown): void;
}

export interface Patience {
  readonly patienceMs: number;
  /** Records that wait at most; one that comes on top is refused at once. */
  readonly mostWaiting: number;
}

/**
 * An inbox that waits for room: a record for which there is none is tried again, in order, until there is or patience ends.
 * The intake lets nothing more in meanwhile; wills come all the same, of every connection that ends.
 */
export class PatientInbox implements InboxAppender {
  readonly #inbox: InboxAppender;
  readonly #patience: Patience;
  #waiting: Waiting[] = [];

  constructor(inbox: InboxAppender, patience: Patience) {
    this.#inbox = inbox;
    this.#patience = patience;
  }

  /** Records that wait for room. */
  get waiting(): number {
    return this.#waiting.length;
  }

  append(record: InboxRecord, urgency: Urgency = 'ordinary'): Promise<Position> {
    return new Promise((resolve, reject) => {
      this.#try({ record, urgency, untilMs: stopwatch() + this.#patience.patienceMs, resolve, reject });
    });
  }

  /** Tries those again that may be written, and gives those up whose patience has ended. To be called each second. */
  tryAgain(room: Room): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const now = stopwatch();
    for (const one of waiting) {
      if (now >= one.untilMs)
        one.reject(new GridbellError('disk-full', 'there was no room on the disk for long'));
      else if (room === 'tight' && one.urgency === 'ordinary') this.#waiting.push(one);
      else this.#try(one);
    }
  }

  #try(one: Waiting): void {
    this.#inbox.append(one.record, one.urgency).then(
      (at) => one.resolve(at),
      (error: unknown) => {
        const isLater = error instanceof GridbellError && error.code === 'disk-full';
        if (isLater && this.#waiting.length < this.#patience.mostWaiting) this.#waiting.push(one);
        else one.reject(error);
      },
    );
  }
}
