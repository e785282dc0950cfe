import type { ServerResponse } from 'node:http';
import type { ApiContext } from '#api/context.ts';
import type { LiveEvent } from '#api/ports.ts';
import { block, clockText, eventText, type Listener, noticeText } from '#api/stream/event-text.ts';
import { StreamOutlet } from '#api/stream/outlet.ts';
import type { StreamMeter } from '#api/stream/stream-metrics.ts';

/** Readings are in no log to resume from: a listener for whom more of them wait is dropped. */
const mostReadingsWaiting = 10_000;
/** Few, since each may be large. */
const replayPage = 16;

export interface StreamParts {
  readonly context: ApiContext;
  readonly listener: Listener;
  readonly response: ServerResponse;
  readonly meter: StreamMeter;
  /** The last event that the client has; undefined: from now on. */
  readonly after: number | undefined;
  /** Told when what was missed could not be read; the stream has ended then. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * One open stream. Alarms and tasks are in the durable log, so nothing is kept for a client that is behind: it is sent
 * the log at its own pace and is live again once it has all of it. No gap, nothing twice.
 */
export class StreamConnection {
  readonly #parts: StreamParts;
  readonly #outlet: StreamOutlet;
  readonly #unsubscribe: () => void;
  readonly #unlisten: () => void;
  /** Of a client that is behind, as they are sent; null: it is live. */
  #readingsWaiting: string[] | null = [];
  #lastSeq: number;
  #isOpen = true;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#outlet = new StreamOutlet(parts.response, parts.context.wallClock);
    this.#unsubscribe = parts.context.platform.subscribe((event) => this.#take(event));
    this.#unlisten = this.#listenForNotices();
    // Read after listening began: what is committed in between comes by both ways and is sent once.
    const newest = parts.context.reader.lastEventSeq();
    // An id beyond the newest is from another installation, or from before a restore: it names nothing here.
    this.#lastSeq = Math.min(parts.after ?? newest, newest);
    parts.meter.opened();
    parts.response.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends what was missed, then everything live. Resolves when it is live, or over. */
  async start(): Promise<void> {
    // An id without data: the client knows from where to resume although nothing happened yet.
    this.#outlet.write(`retry: 2000\nid: ${this.#lastSeq}\n\n`);
    if (this.#wantsClock) this.#outlet.write(clockText(this.#parts.context));
    await this.#catchUp();
  }

  get #wantsClock(): boolean {
    return this.#parts.listener.topics.has('clock');
  }

  /** A comment, or the time: shows both ends that the other one is there. Ends a stream whose client takes nothing any more. */
  beat(): void {
    if (this.#outlet.isStalled) this.#drop();
    // A client that is behind has the rest of an event coming.
    else if (this.#readingsWaiting === null)
      this.#outlet.write(this.#wantsClock ? clockText(this.#parts.context) : ': beat\n\n');
  }

  /** Ends it with a word to the client why. */
  end(reason: string): void {
    // In the middle of an event the word would become a part of it, and the event count as received.
    if (this.#isOpen && !this.#outlet.isMidBlock) this.#parts.response.end(block('end', { reason }));
    this.close();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#parts.meter.closed();
    this.#unsubscribe();
    this.#unlisten();
    this.#readingsWaiting = null;
    // Whatever could not be sent by now is not worth the memory; after `end` this waits for nothing either.
    if (!this.#parts.response.writableEnded) this.#parts.response.destroy();
  }

  /** A client that is behind is told otherwise: this is for who looks at a page now. */
  #listenForNotices(): () => void {
    const { context, listener, meter } = this.#parts;
    const { person } = listener.caller;
    if (person === null || !listener.topics.has('notices')) return () => undefined;
    return context.platform.notify.listen(person, (dispatch) => {
      if (!this.#isOpen || this.#readingsWaiting !== null) return false;
      meter.sent('notices');
      this.#outlet.write(noticeText(dispatch, listener.language));
      return true;
    });
  }

  #drop(): void {
    if (this.#isOpen) this.#parts.meter.droppedAsSlow();
    this.close();
  }

  #take(event: LiveEvent): void {
    const waiting = this.#readingsWaiting;
    // The log has alarms and tasks, and #catchUp reads it to its end.
    if (waiting && event.topic !== 'readings') return;
    const text = this.#textOf(event);
    if (text === null) return;
    if (waiting) {
      waiting.push(text);
      if (waiting.length > mostReadingsWaiting) this.#drop();
      return;
    }
    const { context, meter } = this.#parts;
    meter.sent(event.topic);
    // A reading tells when it was measured; on the data clock no time tells when something came in.
    if (event.topic !== 'readings' && context.platform.clock === 'system')
      meter.delayed(event.topic, Math.max(0, context.wallClock.now() - event.at));
    this.#outlet.write(text);
    if (this.#outlet.isFull) void this.#fallBehind();
  }

  async #fallBehind(): Promise<void> {
    this.#readingsWaiting = [];
    try {
      await this.#catchUp();
    } catch (error) {
      this.close();
      this.#parts.onFailure(error);
    }
  }

  /** Live again is only who has everything and has taken it: in between events are committed and told. */
  async #catchUp(): Promise<void> {
    while (this.#isOpen) {
      await this.#outlet.hasRoom();
      const missed = this.#isOpen ? this.#parts.context.reader.eventsAfter(this.#lastSeq, replayPage) : [];
      const readings = this.#readingsWaiting ?? [];
      if (missed.length + readings.length === 0) break;
      this.#readingsWaiting = [];
      for (const event of missed) {
        const text = this.#isOpen ? this.#textOf(event) : null;
        if (text === null) continue;
        this.#parts.meter.sent(event.topic);
        await this.#outlet.writeWhole(text);
      }
      for (const text of readings) {
        this.#parts.meter.sent('readings');
        await this.#outlet.writeWhole(text);
      }
    }
    this.#readingsWaiting = null;
  }

  /** Null: this one is not for the client, or it has it already. */
  #textOf(event: LiveEvent): string | null {
    if (event.topic !== 'readings') {
      if (event.seq <= this.#lastSeq) return null;
      this.#lastSeq = event.seq;
    }
    return eventText(event, this.#parts.listener, this.#parts.context);
  }
}
