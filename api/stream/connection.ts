import type { ServerResponse } from 'node:http';
import type { ApiContext } from '#api/context.ts';
import type { LiveEvent } from '#api/ports.ts';
import { block, eventText, type Listener } from '#api/stream/event-text.ts';

/** A listener that lags further behind than this is dropped; it resumes from its last event. */
const maxUnsentBytes = 1024 * 1024;
const maxWaiting = 10_000;
const replayPage = 200;

export interface StreamParts {
  readonly context: ApiContext;
  readonly listener: Listener;
  readonly response: ServerResponse;
  /** The last event that the client has; undefined: from now on. */
  readonly after: number | undefined;
}

/**
 * One open stream. It listens first and lets live events wait, sends what was missed from the durable log, then what
 * waited and is newer, then goes on live: no gap, nothing twice.
 */
export class StreamConnection {
  readonly #parts: StreamParts;
  readonly #unsubscribe: () => void;
  #waiting: LiveEvent[] | null = [];
  #lastSeq: number;
  #isOpen = true;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.context.platform.subscribe((event) => this.#take(event));
    // Read after listening began: what is committed in between comes by both ways and is sent once.
    const newest = parts.context.reader.lastEventSeq();
    // An id beyond the newest is from another installation, or from before a restore: it names nothing here.
    this.#lastSeq = Math.min(parts.after ?? newest, newest);
    parts.response.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends what was missed, then everything live. Resolves when it is live. */
  async start(): Promise<void> {
    // An id without data: the client knows from where to resume although nothing happened yet.
    this.#write(`retry: 2000\nid: ${this.#lastSeq}\n\n`);
    while (this.#isOpen) {
      const missed = this.#parts.context.reader.eventsAfter(this.#lastSeq, replayPage);
      for (const event of missed) this.#send(event);
      if (missed.length < replayPage) break;
      await this.#drained();
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const event of waiting) this.#send(event);
  }

  /** A comment: shows both ends that the other one is there. */
  beat(): void {
    this.#write(': beat\n\n');
  }

  /** Ends it with a word to the client why. */
  end(reason: string): void {
    if (this.#isOpen) this.#parts.response.end(block('end', { reason }));
    this.close();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#unsubscribe();
    this.#waiting = null;
    // Whatever could not be sent by now is not worth the memory; after `end` this waits for nothing either.
    if (!this.#parts.response.writableEnded) this.#parts.response.destroy();
  }

  #take(event: LiveEvent): void {
    if (!this.#waiting) {
      this.#send(event);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length > maxWaiting) this.close();
  }

  #send(event: LiveEvent): void {
    if (event.topic !== 'readings') {
      if (event.seq <= this.#lastSeq) return;
      this.#lastSeq = event.seq;
    }
    const text = eventText(event, this.#parts.listener, this.#parts.context);
    if (text !== null) this.#write(text);
  }

  #write(text: string): void {
    if (!this.#isOpen) return;
    this.#parts.response.write(text);
    if (this.#parts.response.writableLength > maxUnsentBytes) this.close();
  }

  #drained(): Promise<void> {
    const { response } = this.#parts;
    if (!response.writableNeedDrain) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => {
      const done = () => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }
}
