import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DeviceId } from '#model/brand.ts';
import { second } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { hashSecret, newSecret } from '#model/secrets.ts';

/** Long enough to look twice, too short to be kept for later. */
export const validForMs = 60 * second;
/** Of all people together; the oldest give way. */
const mostKept = 1_000;

/** What somebody is about to do. */
export interface GuardedDeed {
  /** Account name. */
  readonly account: string;
  readonly device: DeviceId;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
}
interface Kept {
  readonly deed: GuardedDeed;
  readonly reason: string;
  /** The id that the command will have. */
  readonly id: string;
  readonly untilMs: number;
}

/**
 * The first of two steps, until the second: in memory alone, so a restart forgets them and nobody can do the second step
 * without the first. Each is for one person, one device and one deed, once.
 */
export class CommandConfirmations {
  readonly #kept = new Map<string, Kept>();

  /** `confirmation` is to be sent along with the command. */
  give(deed: GuardedDeed, reason: string): { readonly confirmation: string; readonly id: string } {
    const confirmation = newSecret();
    const id = randomUUID();
    this.#kept.set(hashSecret(confirmation), { deed, reason, id, untilMs: stopwatch() + validForMs });
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(key);
    }
    return { confirmation, id };
  }

  /** @throws GridbellError `confirmation-required`: it is none, another one's, of another deed, used, or too old. */
  take(confirmation: string, deed: GuardedDeed): { readonly reason: string; readonly id: string } {
    const key = hashSecret(confirmation);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (!kept || kept.untilMs < stopwatch() || !isDeepStrictEqual(kept.deed, deed))
      throw new GridbellError(
        'confirmation-required',
        'The confirmation is not valid (any more): ask for another one, and send the same command with it within a minute.',
      );
    return kept;
  }
}
