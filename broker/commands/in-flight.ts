import { randomInt } from 'node:crypto';

const mostIds = 65_535;
/** Those that never were acknowledged and are of no more interest; the oldest give way. */
const mostKept = 1_000;

/**
 * Of one session, which commands went out under which message id and were not acknowledged. An id that was given is not
 * given again for as long as can be, so that a late PUBACK is not taken for another command's.
 */
export class InFlight {
  readonly #ids = new Map<string, number>();
  /** Of subscriptions that were given up: a PUBACK may still be on its way. */
  readonly #former = new Map<string, number>();
  // Somewhere: what a client acknowledges out of a session that the broker lost must not fit by chance.
  #last = randomInt(mostIds);

  /** A message id for the command: the one that it had, or a new one. */
  take(command: string): number {
    const known = this.#ids.get(command);
    if (known !== undefined) return known;
    // [MQTT-2.3.1-1]: from 1 on.
    this.#last = (this.#last % mostIds) + 1;
    this.#ids.set(command, this.#last);
    dropOldest(this.#ids);
    return this.#last;
  }

  has(command: string): boolean {
    return this.#ids.has(command);
  }

  /** The command that a PUBACK is for; it is not in flight any more. Undefined: none is. */
  settle(messageId: number): string | undefined {
    for (const ids of [this.#ids, this.#former])
      for (const [command, mine] of ids) {
        if (mine !== messageId) continue;
        ids.delete(command);
        return command;
      }
    return undefined;
  }

  /** The subscription was given up: nothing that goes out from here on is a repeat. */
  endRepeats(): void {
    for (const [command, messageId] of this.#ids) this.#former.set(command, messageId);
    this.#ids.clear();
    dropOldest(this.#former);
  }
}

function dropOldest(ids: Map<string, number>): void {
  for (const command of ids.keys()) {
    if (ids.size <= mostKept) return;
    ids.delete(command);
  }
}
