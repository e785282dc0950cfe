import { statfs } from 'node:fs/promises';
import type { Health } from '#app/health.ts';
import type { Sight } from '#app/lookout/lookout.ts';
import { CheckIn } from '#app/watch/check-in.ts';
import { faultsOf, type Observed } from '#app/watch/faults.ts';
import { Progress } from '#app/watch/progress.ts';
import { SelfAlarms, type TellNow } from '#app/watch/self-alarms.ts';
import type { DurationMs, PersonId } from '#model/brand.ts';
import { stopwatch, wallClock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { HttpAnswer, HttpRequest } from '#notify/channel-tools.ts';

/** Where check-ins go; null: nowhere. */
export interface HeartbeatConfig {
  readonly url: string | null;
  readonly everyMs: DurationMs;
  readonly method: 'GET' | 'POST';
}

export interface SelfWatchParts {
  readonly heartbeat: HeartbeatConfig;
  readonly dataDir: string;
  readonly reserveBytes: number;
  readonly health: () => Health;
  readonly sight: () => Sight | null;
  readonly brokenChannels: () => readonly { readonly id: string; readonly openUntil: string | null }[];
  readonly people: () => readonly PersonId[];
  readonly tell: TellNow;
  readonly request: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly log: Log;
}

const lookEveryMs = 1_000;
/** What is tried again looks well for a moment: it has to stay so before Gridbell says that it works. */
const settledMs = 10_000;

/**
 * Watches the platform from the main thread, by what the threads answer, and past them: it needs neither engine nor inbox
 * to tell people. What stops the main thread itself, or the machine, stops the check-ins, and the outside notices.
 */
export class SelfWatch {
  readonly #parts: SelfWatchParts;
  readonly #alarms: SelfAlarms;
  readonly #checkIn: CheckIn | null;
  readonly #progress = new Progress();
  #isLooking = false;
  #badMs: number | null = null;
  #timers: NodeJS.Timeout[] = [];

  constructor(parts: SelfWatchParts) {
    const { url, method } = parts.heartbeat;
    this.#parts = parts;
    this.#alarms = new SelfAlarms(parts);
    this.#checkIn = url === null ? null : new CheckIn({ ...parts, url, method });
  }

  start(): void {
    this.#timers = [setInterval(() => this.#look(), lookEveryMs)];
    const checkIn = this.#checkIn;
    if (!checkIn) return;
    const send = (): void => void checkIn.send(this.#isSettled());
    this.#timers.push(setInterval(send, this.#parts.heartbeat.everyMs));
    send();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #isSettled(): boolean {
    const now = stopwatch();
    if (!this.#parts.health().ready) this.#badMs = now;
    return this.#badMs === null || now - this.#badMs >= settledMs;
  }

  /** One look at a time: a channel that hangs does not pile them up. */
  #look(): void {
    this.#isSettled();
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#once()
      .catch((error: unknown) =>
        this.#parts.log.error({ error: messageOf(error) }, 'the watch over Gridbell itself failed'),
      )
      .finally(() => {
        this.#isLooking = false;
      });
  }

  async #once(): Promise<void> {
    const { brokenChannels, dataDir, health, reserveBytes, sight } = this.#parts;
    const now = stopwatch();
    const seen = sight();
    const [engine, broker] = [seen?.engine.last, seen?.broker.last];
    const position = engine && broker ? { committed: engine.committed, inbox: broker.inboxPosition } : null;
    const faults = faultsOf({
      health: health(),
      brokenChannels: brokenChannels(),
      freeBytes: await freeBytesOf(dataDir),
      reserveBytes,
      wentBack: wentBackIn(seen),
      standsStillMs: this.#progress.look(position, now),
    });
    await this.#alarms.take(faults, now);
  }
}

function wentBackIn(sight: Sight | null): Observed['wentBack'] {
  const wentBack = sight?.history.last?.handover?.wentBack ?? null;
  return wentBack && { ...wentBack, sinceMs: wallClock.now() - wentBack.at };
}

/** null: the disk does not say. */
async function freeBytesOf(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}
