import type { OpenReceived } from '#app/threads/protocol.ts';
import { stopwatch } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { History, MeasuredQuery, Received, ReceivedQuery } from '#store/history/history.ts';

export interface ReceivedCursorsParts {
  /** The one that is open now. */
  history(): History;
  /** Whether committed readings wait to be taken over. */
  isBehind(): boolean;
}

interface Cursor {
  readonly batches: AsyncIterator<ReceivedReadings>;
  /** Read ahead while the last one is worked on. */
  ahead: Promise<IteratorResult<ReceivedReadings>>;
}

/** History takes over within a tenth of a second; when it cannot, what it has must do. */
const waitMs = 3_000;
const lookEveryMs = 10;

/** Readings that another thread reads batch by batch, each when it asks for it. */
export class ReceivedCursors {
  readonly #parts: ReceivedCursorsParts;
  readonly #open = new Map<number, Cursor>();
  #lastId = 0;

  constructor(parts: ReceivedCursorsParts) {
    this.#parts = parts;
  }

  async open(query: ReceivedQuery): Promise<OpenReceived> {
    await this.caughtUp();
    return this.#keep(await this.#parts.history().received(query));
  }

  async openMeasured(query: MeasuredQuery): Promise<OpenReceived> {
    await this.caughtUp();
    return this.#keep(await this.#parts.history().measured(query));
  }

  #keep({ batches, series }: Received): OpenReceived {
    this.#lastId += 1;
    this.#open.set(this.#lastId, { batches, ahead: read(batches) });
    return { id: this.#lastId, series };
  }

  /** Null: that was all. Rejects with `not-ready` when history had to be opened anew meanwhile. */
  async next(id: number): Promise<ReceivedReadings | null> {
    const cursor = this.#open.get(id);
    if (!cursor) throw new GridbellError('not-ready', 'these readings are not open (any more)');
    const { done, value } = await cursor.ahead;
    if (done) {
      this.#open.delete(id);
      return null;
    }
    cursor.ahead = read(cursor.batches);
    return value;
  }

  close(id: number): void {
    const cursor = this.#open.get(id);
    this.#open.delete(id);
    void cursor?.batches.return?.().catch(() => undefined);
  }

  /** Waits, for so long, until what is committed has been taken over. */
  async caughtUp(): Promise<void> {
    const began = stopwatch();
    while (this.#parts.isBehind() && stopwatch() - began < waitMs)
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Whoever asks for it hears of a failure; nobody may ask any more. */
function read(batches: AsyncIterator<ReceivedReadings>): Promise<IteratorResult<ReceivedReadings>> {
  const reading = batches.next();
  reading.catch(() => undefined);
  return reading;
}
