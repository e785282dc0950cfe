import type { LogLine } from '#app/flows/child/orders.ts';
import type { EpochMs } from '#model/brand.ts';
import { type Clock, stopwatch } from '#model/clock.ts';
import type { Log } from '#model/log.ts';

/** Something that flows complained of. */
export interface FlowsComplaint extends LogLine {
  readonly at: EpochMs;
}

const mostKept = 50;
/** So many lines may come at once, and one each refill after that. */
const burst = 30;
const refillMs = 2_000;
const floodEveryMs = 60_000;

/** What flows say: complaints are kept for the page and told to the log, at a pace; the rest is for who looks closely. */
export class FlowsLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #kept: FlowsComplaint[] = [];
  #allowance = burst;
  #filledMs = stopwatch();
  #left = 0;
  #floodMs = Number.NEGATIVE_INFINITY;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Newest first. */
  get complaints(): readonly FlowsComplaint[] {
    return this.#kept.toReversed();
  }

  /** More is written than is read. */
  flood(): void {
    const now = stopwatch();
    if (now - this.#floodMs < floodEveryMs) return;
    this.#floodMs = now;
    this.#log.warn({}, 'flows write more output than is read; they wait');
  }

  take(line: string): void {
    const said = parse(line);
    // Data of residents may be in it: a flow prints what it likes.
    if (said.level === 'info') {
      this.#log.debug({ text: said.text }, 'flows say');
      return;
    }
    this.#kept.push({ ...said, at: this.#clock.now() });
    if (this.#kept.length > mostKept) this.#kept.shift();
    if (!this.#mayTell()) {
      this.#left += 1;
      return;
    }
    const { level, node, text } = said;
    const fields = {
      text,
      ...(node === undefined ? {} : { node }),
      ...(this.#left === 0 ? {} : { leftOut: this.#left }),
    };
    this.#left = 0;
    if (level === 'warn') this.#log.warn(fields, 'flows warn');
    else this.#log.error(fields, 'flows complain');
  }

  #mayTell(): boolean {
    const now = stopwatch();
    const more = Math.floor((now - this.#filledMs) / refillMs);
    if (more > 0) {
      this.#allowance = Math.min(burst, this.#allowance + more);
      this.#filledMs += more * refillMs;
    }
    if (this.#allowance === 0) return false;
    this.#allowance -= 1;
    return true;
  }
}

/** What some node wrote past Node-RED's log is no JSON of ours. */
function parse(line: string): LogLine {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isLogLine(parsed)) return parsed;
  } catch {
    // See above.
  }
  return { level: 'info', text: line };
}

const levels: ReadonlySet<unknown> = new Set(['fatal', 'error', 'warn', 'info']);

function isLogLine(value: unknown): value is LogLine {
  const { level, node, text } = (value ?? {}) as Partial<Record<keyof LogLine, unknown>>;
  if (!levels.has(level) || typeof text !== 'string') return false;
  if (node === undefined) return true;
  const { id, name, type } = (node ?? {}) as Record<string, unknown>;
  return typeof id === 'string' && typeof type === 'string' && typeof name === 'string';
}
