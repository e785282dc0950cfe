import { randomUUID } from 'node:crypto';
import type { Caller } from '#api/caller.ts';
import type { ExportFormat } from '#api/exports/file-format.ts';
import type { LeftOut } from '#api/exports/selection.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

export const exportStates = ['running', 'done', 'failed', 'cancelled'] as const;
export type ExportState = (typeof exportStates)[number];

/** What is known of an export when it begins. */
export interface ExportBeginning {
  /** Chosen by the client, to follow it from the start; undefined: one is made. */
  readonly id: string | undefined;
  readonly caller: Caller;
  readonly format: ExportFormat;
  readonly series: number;
  readonly leftOut: readonly LeftOut[];
}

/** One export as it goes. */
export interface ExportRun extends Omit<ExportBeginning, 'id'> {
  readonly id: string;
  readonly startedAt: EpochMs;
  state: ExportState;
  endedAt: EpochMs | null;
  rows: number;
  bytes: number;
  /** How much of the whole is written, 0 to 1. */
  share: number;
  /** Why it failed or was cancelled. */
  reason: string | null;
}

/** Each keeps history busy: others want to read, too. */
const mostAtOnce = 2;
/** Over, and still told of. */
const mostKept = 100;
const retryAfterS = 15;

/** Which exports run, and how the last ones ended; one for all instances of the API in a process. */
export class ExportDesk {
  readonly #clock: Clock;
  /** In the order in which they began. */
  readonly #runs = new Map<string, ExportRun>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws GridbellError `too-many-requests` while too many run, `already-exists` when the id is taken. */
  begin({ id = randomUUID(), ...order }: ExportBeginning): ExportRun {
    if (this.#runs.has(id)) throw new GridbellError('already-exists', `There is an export ${id} already.`);
    if (this.#running() >= mostAtOnce)
      throw new GridbellError(
        'too-many-requests',
        `${mostAtOnce} exports run, as many as may: wait until one has ended.`,
        { extra: { retryAfterS } },
      );
    const run: ExportRun = {
      ...order,
      id,
      startedAt: this.#clock.now(),
      state: 'running',
      endedAt: null,
      rows: 0,
      bytes: 0,
      share: 0,
      reason: null,
    };
    this.#runs.set(id, run);
    this.#forget();
    return run;
  }

  /** The first end counts. */
  end(run: ExportRun, state: Exclude<ExportState, 'running'>, reason: string | null = null): void {
    if (run.state !== 'running') return;
    run.state = state;
    run.endedAt = this.#clock.now();
    run.reason = reason;
    if (state === 'done') run.share = 1;
  }

  /** The caller's own, newest first; an admin's: everybody's. */
  of(caller: Caller): readonly ExportRun[] {
    return [...this.#runs.values()].filter((run) => isFor(run, caller)).toReversed();
  }

  find(id: string, caller: Caller): ExportRun | undefined {
    const run = this.#runs.get(id);
    return run && isFor(run, caller) ? run : undefined;
  }

  #running(): number {
    return [...this.#runs.values()].filter(({ state }) => state === 'running').length;
  }

  #forget(): void {
    for (const [id, { state }] of this.#runs) {
      if (this.#runs.size <= mostKept) return;
      if (state !== 'running') this.#runs.delete(id);
    }
  }
}

const isFor = (run: ExportRun, { actor, role }: Caller): boolean =>
  role === 'admin' || (run.caller.actor.kind === actor.kind && run.caller.actor.id === actor.id);
