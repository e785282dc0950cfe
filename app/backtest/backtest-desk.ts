import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BacktestThreadData } from '#app/backtest-thread.ts';
import { Peer } from '#app/threads/peer.ts';
import type { BacktestAsks, BacktestOffers, BacktestOrder, HistoryOffers } from '#app/threads/protocol.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { BacktestReport } from '#rules/backtest/report.ts';
import type { ContextQuery, ReceivedQuery } from '#store/history/history.ts';

export interface BacktestDeskParts {
  readonly history: Peer<HistoryOffers>;
  /** Of the ops store. */
  readonly ops: string;
  /** A backtest that takes more ends; default 768, for a community's windows of a day are 200. */
  readonly memoryMb?: number;
}

/** One runs, so many wait for it. */
const mostWaiting = 4;
const defaultMemoryMb = 768;
/** Observations live shortly: a small nursery would be looked through a thousand times. */
const youngGenerationMb = 64;

/**
 * Backtests, one at a time, each in a thread of its own that ends with it: nobody's alarm waits for one, and one that is
 * called off is gone at once.
 */
export class BacktestDesk {
  readonly #parts: BacktestDeskParts;
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;
  readonly #stopping = new AbortController();

  constructor(parts: BacktestDeskParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when it has run. Rejects with `too-many-requests` when too many wait already, `too-large` when it took more
   * memory than it may, `not-ready` when `signal` or a stop called it off.
   */
  async run(order: BacktestOrder, signal: AbortSignal): Promise<BacktestReport> {
    if (this.#asked > mostWaiting)
      throw new GridbellError('too-many-requests', `${this.#asked} backtests run or wait already.`);
    this.#asked += 1;
    const calledOff = AbortSignal.any([signal, this.#stopping.signal]);
    const turn = this.#last;
    const mine = turn.then(() => this.#runNow(order, calledOff));
    this.#last = mine.catch(() => undefined);
    try {
      // Who is called off while it waits makes room at once.
      await Promise.race([turn, whenOff(calledOff)]);
      return await mine;
    } finally {
      this.#asked -= 1;
    }
  }

  /** Calls all of them off; resolves when none runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#last;
  }

  async #runNow(order: BacktestOrder, calledOff: AbortSignal): Promise<BacktestReport> {
    if (calledOff.aborted) throw offError();
    const { history, memoryMb = defaultMemoryMb, ops } = this.#parts;
    const workerData: BacktestThreadData = { ops };
    const worker = new Worker(new URL('../backtest-thread.ts', import.meta.url), {
      name: 'backtest',
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: youngGenerationMb },
    });
    const ended = once(worker, 'exit').catch(() => undefined);
    const opened: number[] = [];
    let isOver = false;
    const peer = new Peer<BacktestOffers>(worker, {
      extent: () => history.call('extent', null),
      context: (query: ContextQuery) => history.call('context', query),
      openReceived: async (query: ReceivedQuery) => {
        const cursor = await history.call('openReceived', query);
        // The thread may have been ended while it was opened.
        if (isOver) history.tell('closeReceived', cursor.id);
        else opened.push(cursor.id);
        return cursor;
      },
      nextReceived: (id: number) => history.call('nextReceived', id),
    } satisfies BacktestAsks);
    const failed = Promise.withResolvers<never>();
    worker.on('error', (error) => failed.reject(threadError(error, memoryMb)));
    const off = (): void => failed.reject(offError());
    calledOff.addEventListener('abort', off);
    try {
      return await Promise.race([peer.call('run', order), failed.promise]);
    } finally {
      calledOff.removeEventListener('abort', off);
      isOver = true;
      await worker.terminate();
      await ended;
      for (const id of opened) history.tell('closeReceived', id);
    }
  }
}

/** Rejects when it is called off. */
const whenOff = (calledOff: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const off = (): void => reject(offError());
    if (calledOff.aborted) off();
    else calledOff.addEventListener('abort', off, { once: true });
  });

const offError = (): GridbellError => new GridbellError('not-ready', 'The backtest was called off.');

const threadError = (error: unknown, memoryMb: number): GridbellError =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new GridbellError(
        'too-large',
        `The backtest took more than ${memoryMb} MB: choose a shorter time, or fewer devices.`,
      )
    : new GridbellError('internal', `The backtest failed: ${messageOf(error)}`, { cause: error });
