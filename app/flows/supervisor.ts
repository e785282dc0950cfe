import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pulse } from '#app/flows/child/orders.ts';
import type { ChildExit, FlowsChild } from '#app/flows/child-process.ts';
import { LatestRoom } from '#app/flows/flow-room.ts';
import { type ProcessVitals, type ReadVitals, readVitals } from '#app/flows/process-vitals.ts';
import {
  afterCrash,
  type FlowsTimings,
  judgeSilence,
  type NextStart,
  type Silence,
} from '#app/flows/restart-policy.ts';
import type { FlowsWish } from '#app/flows/wish.ts';
import { type EpochMs, plus } from '#model/brand.ts';
import { type Clock, stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';

export type FlowsState = 'stopped' | 'starting' | 'running' | 'safe-mode' | 'backing-off';
/** `crashed`: it ended by itself; the others Gridbell ended. */
export type EndReason = 'crashed' | 'hung' | 'memory' | 'disk' | 'not-started' | 'stopped';

export interface FlowsEnd {
  readonly at: EpochMs;
  readonly reason: EndReason;
  /** For people, in English: a code, a signal, what it said last. */
  readonly detail: string;
}

/** How the process of the flows is. */
export interface SupervisorStanding {
  readonly state: FlowsState;
  readonly since: EpochMs;
  readonly wish: FlowsWish;
  readonly pid: number | null;
  readonly memoryBytes: number | null;
  readonly cpuMs: number | null;
  /** How long the last answer took; null: none yet. */
  readonly pulseMs: number | null;
  /** What Node-RED says of its flows. */
  readonly flows: Pulse | null;
  /** Ends that nobody asked for, since Gridbell began. */
  readonly crashes: Readonly<Record<Exclude<EndReason, 'stopped'>, number>>;
  readonly crashesInARow: number;
  readonly lastEnd: FlowsEnd | null;
  readonly nextStartAt: EpochMs | null;
}

export interface SupervisorParts {
  readonly memoryBytes: number;
  readonly timings: FlowsTimings;
  readonly wish: FlowsWish;
  /** Remembers what is wanted. */
  readonly keepWish: (wish: FlowsWish) => void;
  /** A new process, with secrets of its own. */
  readonly launch: (isSafe: boolean) => Promise<FlowsChild>;
  /** Default: by /proc. Where it tells nothing, what the process says of itself counts. */
  readonly vitals?: ReadVitals;
  /** Whether the disk has room for flows that run, or that are to be started. Rejects where the disk does not say. */
  readonly hasRoom: (isRunning: boolean) => Promise<boolean>;
  /** It has ended: its secrets count no more. */
  readonly onEnd: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

interface Run {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Keeps a process of flows running, or lets it be: ends what hangs or takes too much memory, starts it again after a while, and
 * pauses its flows when that happens again and again. All of it is small, asynchronous work of the main thread.
 */
export class FlowsSupervisor {
  readonly #parts: SupervisorParts;
  readonly #readVitals: ReadVitals;
  readonly #crashes = { crashed: 0, hung: 0, memory: 0, disk: 0, 'not-started': 0 };
  #wish: FlowsWish;
  #state: FlowsState = 'stopped';
  #since: EpochMs;
  #child: FlowsChild | null = null;
  #vitals: ProcessVitals | null = null;
  #pulseMs: number | null = null;
  #flows: Pulse | null = null;
  #inARow = 0;
  /** Of those in a row, where there was no process yet: nothing that flows did. */
  #neverLaunched = 0;
  #wasLaunched = false;
  #lastEnd: FlowsEnd | null = null;
  #nextStartAt: EpochMs | null = null;
  #run: Run | null = null;
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#readVitals = parts.vitals ?? readVitals;
    this.#wish = parts.wish;
    this.#since = parts.clock.now();
  }

  get standing(): SupervisorStanding {
    return {
      state: this.#state,
      since: this.#since,
      wish: this.#wish,
      pid: this.#child?.pid ?? null,
      memoryBytes: this.#vitals?.rssBytes ?? null,
      cpuMs: this.#vitals?.cpuMs ?? null,
      pulseMs: this.#pulseMs,
      flows: this.#flows,
      crashes: { ...this.#crashes },
      crashesInARow: this.#inARow,
      lastEnd: this.#lastEnd,
      nextStartAt: this.#nextStartAt,
    };
  }

  /** What was wanted last goes on. */
  start(): void {
    this.#begin();
  }

  /**
   * Ends what runs and does what is wanted from now on; resolves when the old process is gone. Also where it cannot be remembered: who
   * stops flows because they filled the disk is obeyed.
   */
  want(wish: FlowsWish): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      await this.#halt();
      this.#wish = wish;
      this.#inARow = 0;
      this.#neverLaunched = 0;
      this.#remember(wish);
      this.#begin();
    });
    return this.#changing;
  }

  /** Ends what runs; what was wanted stays. */
  stop(): Promise<void> {
    this.#changing = this.#changing.then(() => this.#halt());
    return this.#changing;
  }

  #remember(wish: FlowsWish): void {
    try {
      this.#parts.keepWish(wish);
    } catch (error) {
      this.#parts.log.error(
        { wish, error: messageOf(error) },
        'what is wanted of flows cannot be remembered: after a restart of gridbell they are as before',
      );
    }
  }

  #begin(): void {
    if (this.#wish === 'stop' || this.#run) return;
    const abort = new AbortController();
    this.#run = { abort, done: this.#keepRunning(abort.signal) };
  }

  async #halt(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    run?.abort.abort();
    await run?.done;
    this.#is('stopped');
  }

  async #keepRunning(signal: AbortSignal): Promise<void> {
    const over = once(signal, 'abort');
    while (!signal.aborted) {
      await this.#untilRoom(signal, over);
      if (signal.aborted) return;
      const begunMs = stopwatch();
      const end = await this.#once(signal);
      this.#lastEnd = end;
      if (end.reason === 'stopped' || signal.aborted) return;
      this.#crashes[end.reason] += 1;
      const waitsForRoom = end.reason === 'disk';
      const next = waitsForRoom ? this.#afterFullDisk() : this.#afterEnd(stopwatch() - begunMs);
      this.#tell(end, next.waitMs);
      if (next.isSafe && this.#wish === 'run') this.#fallSafe();
      this.#nextStartAt = waitsForRoom ? null : plus(this.#parts.clock.now(), next.waitMs);
      this.#is('backing-off');
      await delay(next.waitMs, undefined, { signal }).catch(() => undefined);
      this.#nextStartAt = null;
    }
  }

  /**
   * Resolves when there is room for flows, or they are not wanted any more. Flows that are paused write nothing, and what filled the disk
   * may have to be mended in them.
   */
  async #untilRoom(signal: AbortSignal, over: Promise<unknown>): Promise<void> {
    const { clock, hasRoom, log, timings } = this.#parts;
    const isWaiting = (): boolean => !signal.aborted && this.#wish === 'run';
    for (let isFirst = true; isWaiting(); isFirst = false) {
      // A disk that never answers holds up no end.
      const has = await Promise.race([hasRoom(false).catch(() => true), over.then(() => false)]);
      if (has && !isFirst) log.info({}, 'there is room on the disk again: flows start');
      if (has || !isWaiting()) return;
      if (isFirst) {
        log.error({}, 'flows wait for room on the disk, which is kept for alarms');
        if (this.#lastEnd?.reason !== 'disk')
          this.#lastEnd = { at: clock.now(), reason: 'disk', detail: noRoom };
      }
      this.#is('backing-off');
      await delay(timings.pulseEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Whoever filled it: that is no crash of flows, and leaves them paused no longer than until there is room. */
  #afterFullDisk(): NextStart {
    return { crashesInARow: this.#inARow, waitMs: this.#parts.timings.firstWaitMs, isSafe: false };
  }

  /** A store that takes no token for a while, such as on a full disk, does not leave flows paused for good. */
  #afterEnd(ranForMs: number): NextStart {
    const { timings } = this.#parts;
    const next = afterCrash(this.#inARow, ranForMs, timings);
    this.#inARow = next.crashesInARow;
    if (next.crashesInARow === 1) this.#neverLaunched = 0;
    if (!this.#wasLaunched) this.#neverLaunched += 1;
    return { ...next, isSafe: this.#inARow - this.#neverLaunched >= timings.crashesUntilSafe };
  }

  #tell({ detail, reason }: FlowsEnd, waitMs: number): void {
    this.#parts.log.error({ reason, detail, restartInMs: waitMs }, 'the process of the flows ended');
  }

  #fallSafe(): void {
    this.#wish = 'safe';
    this.#parts.log.error(
      { crashesInARow: this.#inARow },
      'flows crash again and again: from now on they stay paused (safe mode); mend them in the editor and deploy',
    );
    this.#remember('safe');
  }

  /** One process, from its start to its end; never rejects. */
  async #once(signal: AbortSignal): Promise<FlowsEnd> {
    this.#is('starting');
    const end = (reason: EndReason, detail: string): FlowsEnd => ({
      at: this.#parts.clock.now(),
      reason,
      detail,
    });
    this.#wasLaunched = false;
    try {
      const child = await this.#parts.launch(this.#wish === 'safe');
      this.#wasLaunched = true;
      this.#child = child;
      const reason = await this.#watch(child, signal);
      if (reason === 'stopped') await child.stop(this.#parts.timings.graceMs);
      else if (reason !== 'crashed') child.kill();
      const exit = await child.ended;
      // What it started and left behind.
      child.kill();
      return end(reason, saidOf(reason, exit, this.#parts));
    } catch (error) {
      return end('not-started', messageOf(error));
    } finally {
      this.#child = null;
      this.#vitals = null;
      this.#pulseMs = null;
      this.#flows = null;
      this.#parts.onEnd();
    }
  }

  /** Resolves with why it has to end, or has ended. */
  async #watch(child: FlowsChild, signal: AbortSignal): Promise<EndReason> {
    const { memoryBytes, timings } = this.#parts;
    let hasEnded = false;
    void child.ended.then(() => {
      hasEnded = true;
    });
    const room = new LatestRoom(() => this.#parts.hasRoom(true));
    let awaited: Awaited | null = { sinceMs: stopwatch(), cpuMs: 0 };
    let isStarting = true;
    let asking: Promise<void> | null = null;
    let askedMs = Number.NEGATIVE_INFINITY;
    const ask = async (): Promise<void> => {
      const fromMs = stopwatch();
      awaited ??= { sinceMs: fromMs, cpuMs: this.#vitals?.cpuMs ?? 0 };
      const pulse = await child.pulse(AbortSignal.timeout(timings.starvedAfterMs)).catch(() => null);
      if (!pulse || hasEnded) return;
      isStarting = false;
      awaited = null;
      this.#pulseMs = stopwatch() - fromMs;
      this.#takePulse(pulse);
    };
    for (;;) {
      await Promise.race([child.ended, delay(timings.lookEveryMs, undefined, { signal }).catch(() => null)]);
      if (hasEnded) return 'crashed';
      if (signal.aborted) return 'stopped';
      if (child.pid !== null) this.#vitals = (await this.#readVitals(child.pid)) ?? this.#vitals;
      if ((this.#vitals?.rssBytes ?? 0) > memoryBytes) return 'memory';
      if (!room.look() && this.#wish === 'run') return 'disk';
      const nowMs = stopwatch();
      if (!asking && nowMs - askedMs >= timings.pulseEveryMs) {
        askedMs = nowMs;
        asking = ask().finally(() => {
          asking = null;
        });
      }
      const verdict = judgeSilence(silenceOf(awaited, this.#vitals, isStarting), timings);
      if (verdict) return verdict;
    }
  }

  #takePulse(pulse: Pulse): void {
    this.#flows = pulse;
    if ((this.#vitals?.cpuMs ?? null) === null) this.#vitals = { rssBytes: pulse.rssBytes, cpuMs: null };
    if (pulse.flows === 'wait') return;
    this.#is(pulse.flows === 'safe' ? 'safe-mode' : 'running');
    // Somebody looked at them and deployed: that is what safe mode waits for.
    if (this.#wish !== 'safe' || pulse.flows !== 'start') return;
    this.#wish = 'run';
    this.#parts.log.info({}, 'flows were deployed in safe mode, and run again');
    this.#remember('run');
  }

  #is(state: FlowsState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#parts.clock.now();
  }
}

const noRoom = 'the disk is nearly full: room is kept for alarms, and flows start again when there is more';

/** Since when an answer is awaited, and how much the process had computed then. */
interface Awaited {
  readonly sinceMs: number;
  readonly cpuMs: number;
}

function silenceOf(awaited: Awaited | null, vitals: ProcessVitals | null, isStarting: boolean): Silence {
  if (awaited === null) return { silentMs: 0, cpuMs: 0, isStarting };
  return {
    silentMs: stopwatch() - awaited.sinceMs,
    cpuMs: typeof vitals?.cpuMs === 'number' ? vitals.cpuMs - awaited.cpuMs : null,
    isStarting,
  };
}

function saidOf(reason: EndReason, { code, said, signal }: ChildExit, parts: SupervisorParts): string {
  const { memoryBytes, timings } = parts;
  switch (reason) {
    case 'memory':
      return `took more than ${Math.round(memoryBytes / 2 ** 20)} MB (flows-memory) and was ended`;
    case 'disk':
      return noRoom;
    case 'hung':
      return `did not answer for ${Math.round(timings.hungAfterMs / 1_000)} s and was ended: a flow that computes without end?`;
    case 'not-started':
      return `was not ready after ${Math.round(timings.startWithinMs / 1_000)} s (${Math.round(timings.starvedStartMs / 1_000)} s where it hardly gets to compute) and was ended. ${said}`.trim();
    case 'stopped':
      return 'as it was told';
    case 'crashed':
      return [code === null ? `ended by ${signal}` : `ended with code ${code}`, said]
        .filter(Boolean)
        .join(': ');
  }
}
