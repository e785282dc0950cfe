import { type EpochMs, type Position, position } from '#model/brand.ts';
import type { OpsReader } from '#store/ops/reader.ts';

/** What waits in the ops store for history. */
export interface HistoryQueue {
  /** Rows that history has not; where that is not known, all. */
  readonly batches: number;
  /** From history's last record to the last that waits. */
  readonly lagRecords: number;
  /** How long ago the oldest that waits was received; 0: nothing waits. */
  readonly oldestMs: number;
}

type QueueReader = Pick<OpsReader, 'historyBacklog' | 'lastHistoryBatch' | 'historyBatchesAfter'>;

/** Looks at the queue. A batch is opened only once to see its time, however often somebody asks. */
export class HistoryQueueWatch {
  readonly #reader: QueueReader;
  readonly #now: () => EpochMs;
  #oldest: { readonly after: Position; readonly receivedAt: EpochMs } | null = null;

  constructor(reader: QueueReader, now: () => EpochMs) {
    this.#reader = reader;
    this.#now = now;
  }

  /** `after`: history's position; null: unknown, then only the rows are counted. Throws what the store throws. */
  look(after: Position | null): HistoryQueue {
    const batches = this.#reader.historyBacklog(after ?? undefined);
    const last = this.#reader.lastHistoryBatch() ?? position(0);
    if (after === null || last <= after) return { batches, lagRecords: 0, oldestMs: 0 };
    return { batches, lagRecords: last - after, oldestMs: Math.max(0, this.#now() - this.#oldestAt(after)) };
  }

  #oldestAt(after: Position): EpochMs {
    if (this.#oldest?.after === after) return this.#oldest.receivedAt;
    const [batch] = this.#reader.historyBatchesAfter(after, 1);
    const receivedAt = batch?.readings[0]?.receivedAt ?? batch?.context[0]?.at ?? this.#now();
    this.#oldest = { after, receivedAt };
    return receivedAt;
  }
}
