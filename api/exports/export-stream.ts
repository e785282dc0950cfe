import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { ExportRun } from '#api/exports/export-desk.ts';
import type { FileWriter } from '#api/exports/file-format.ts';
import type { Portion } from '#api/exports/reading-rows.ts';
import { GridbellError } from '#model/errors.ts';

/** Heartbeats in which a client took nothing that it could have taken: a minute. */
const mostStalls = 4;

/** The answer to one export: written as fast as the client takes it, whole or visibly broken off. */
export class ExportStream {
  readonly #response: ServerResponse;
  readonly #run: ExportRun;
  /** Why we broke it off; null: we did not. */
  #failure: GridbellError | null = null;
  #taken = 0;
  #stalls = 0;

  constructor(response: ServerResponse, run: ExportRun) {
    this.#response = response;
    this.#run = run;
  }

  /** Ends it in the middle: the client sees that the body is not whole. */
  breakOff(error: GridbellError): void {
    this.#failure ??= error;
    this.#response.destroy();
  }

  /** Breaks off when nobody takes anything any more. */
  beat(): void {
    const taken = this.#response.socket?.bytesWritten ?? 0;
    this.#stalls = this.#response.writableNeedDrain && taken === this.#taken ? this.#stalls + 1 : 0;
    this.#taken = taken;
    if (this.#stalls >= mostStalls)
      this.breakOff(new GridbellError('timed-out', 'the client takes nothing any more'));
  }

  /**
   * Resolves when all is written; rejects when it broke off, with `ClientGone` where the client did. Memory is one portion and what
   * waits in the socket: the next is made when there is room.
   */
  async send(portions: AsyncIterable<Portion>, writer: FileWriter): Promise<void> {
    const response = this.#response;
    try {
      await this.#write(writer.begin());
      for await (const { rows, share } of portions) {
        await this.#write(writer.rows(rows));
        this.#run.rows += rows.length;
        this.#run.share = share;
        // Alarms and the questions of others come between two portions.
        await turn();
      }
      await this.#write(writer.end());
      const ending = this.#next(['finish', 'close']);
      response.end();
      if ((await ending) === 'close') throw this.#failure ?? new ClientGone();
    } catch (error) {
      // Without its end the body is not whole for whoever reads it.
      response.destroy();
      throw error;
    }
  }

  async #write(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#mustBeOpen();
    if (bytes.length === 0) return;
    this.#run.bytes += bytes.length;
    if (!this.#response.write(bytes)) await this.#next(['drain', 'close']);
    this.#mustBeOpen();
  }

  #mustBeOpen(): void {
    if (this.#failure) throw this.#failure;
    if (this.#response.destroyed) throw new ClientGone();
  }

  /** Resolves with the first of these that happens. */
  #next<E extends string>(events: readonly E[]): Promise<E> {
    return new Promise((resolve) => {
      const listeners = events.map((event) => ({
        event,
        listener: () => {
          for (const each of listeners) this.#response.off(each.event, each.listener);
          resolve(event);
        },
      }));
      for (const { event, listener } of listeners) this.#response.on(event, listener);
    });
  }
}

/** Nobody waits for the rest. */
export class ClientGone extends Error {
  constructor() {
    super('the client went away');
  }
}
