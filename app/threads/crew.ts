import { once } from 'node:events';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { LogLine } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type { MainOffers } from '#app/threads/protocol.ts';
import type { Log } from '#model/log.ts';

export interface CrewOptions {
  readonly log: Log;
  /** What the threads may say to the main thread, beside logging. */
  readonly listener: Pick<MainOffers, 'outcomes' | 'events' | 'readings' | 'fed' | 'foundDevices'>;
  /** A thread ended by a fault while the platform was running. */
  readonly onFailure: (error: Error) => void;
}

/**
 * V8 would let the short-lived objects of each busy thread take 128 MB before it looks what can go. The engine holds a batch
 * until it is committed: with less room such objects pass for old ones, and alarms wait a fifth of a second while those are looked
 * through (docs/performance.md, "Where the time goes").
 */
const youngGenerationMb = { broker: 24, engine: 64, history: 24 } as const;

/**
 * The threads of a platform. They live and end together: half a platform would acknowledge what nobody processes. While
 * it starts, a thread that fails rejects its `start`; later it is told to `onFailure`.
 */
export class Crew {
  readonly #options: CrewOptions;
  readonly #exits: Promise<unknown>[] = [];
  readonly #workers = new Map<string, Worker>();
  #phase: 'starting' | 'running' | 'stopping' = 'starting';
  #failure: Error | null = null;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Resolves when the thread says that it is ready. `name`: of its entry, `app/NAME-thread.ts`. */
  async start<Offers extends Record<string, (input: never) => unknown>>(
    name: 'broker' | 'engine' | 'history',
    data: object,
    transfer: readonly MessagePort[],
  ): Promise<Peer<Offers>> {
    const worker = new Worker(new URL(`../${name}-thread.ts`, import.meta.url), {
      name,
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb[name] },
      transferList: [...transfer],
    });
    this.#workers.set(name, worker);
    this.#exits.push(once(worker, 'exit').catch(() => undefined));
    const ready = Promise.withResolvers<void>();
    const failed = (error: Error): void => {
      this.#failure ??= error;
      ready.reject(error);
      if (this.#phase === 'running') this.#options.onFailure(error);
    };
    worker.on('error', (error: unknown) => failed(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => failed(new Error(`the ${name} thread ended with code ${code}`)));
    const { events, fed, foundDevices, outcomes, readings } = this.#options.listener;
    const peer = new Peer<Offers>(worker, {
      log: ({ fields, level, message }: LogLine) =>
        this.#options.log[level]({ thread: name, ...fields }, message),
      ready: () => ready.resolve(),
      outcomes,
      events,
      readings,
      fed,
      foundDevices,
    } satisfies MainOffers);
    await ready.promise;
    return peer;
  }

  /** All threads are there: from here on one that ends is a failure. Throws when one has ended already. */
  isComplete(): void {
    if (this.#failure) throw this.#failure;
    this.#phase = 'running';
  }

  /** From here on threads may end. */
  isStopping(): void {
    this.#phase = 'stopping';
  }

  /** Milliseconds that each thread has been busy for since it began; a thread that does not answer is measured too. */
  busyMs(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#workers].map(([name, worker]) => [name, worker.performance.eventLoopUtilization().active]),
    );
  }

  /** Resolves when every thread has ended by itself. */
  async ended(): Promise<void> {
    await Promise.all(this.#exits);
  }

  /** Ends whatever still runs, as a crash would. */
  async terminate(): Promise<void> {
    this.#phase = 'stopping';
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()));
  }
}
