import type { Readable } from 'node:stream';

/** What is read of an output in a second; who writes more waits, as a full pipe makes it. */
const bytesPerSecond = 256 * 1024;
const turnMs = 100;
const longestLine = 8_192;

export interface LineListener {
  readonly onLine: (line: string) => void;
  /** More was written than is read; at most once a turn. */
  readonly onFlood: () => void;
}

/**
 * The lines of a stream, at a pace: a process that writes without end costs this one a few milliseconds in a second, and itself
 * the rest. A line that is too long is cut.
 */
export class PacedLines {
  readonly #listener: LineListener;
  #rest = '';
  #isCut = false;
  #left = (bytesPerSecond * turnMs) / 1_000;

  constructor(stream: Readable, listener: LineListener) {
    this.#listener = listener;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.#take(chunk);
      this.#left -= chunk.length;
      if (this.#left > 0) return;
      stream.pause();
      listener.onFlood();
    });
    const turns = setInterval(() => {
      this.#left = Math.min(0, this.#left) + (bytesPerSecond * turnMs) / 1_000;
      if (this.#left > 0 && stream.isPaused()) stream.resume();
    }, turnMs);
    turns.unref();
    stream.on('error', () => undefined);
    stream.once('close', () => {
      clearInterval(turns);
      this.#say();
    });
  }

  #take(chunk: string): void {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      this.#keep(chunk.slice(from, end));
      this.#say();
      from = end + 1;
    }
    this.#keep(chunk.slice(from));
  }

  #keep(text: string): void {
    if (this.#isCut) return;
    this.#rest += text;
    if (this.#rest.length <= longestLine) return;
    this.#rest = this.#rest.slice(0, longestLine);
    this.#isCut = true;
  }

  #say(): void {
    const line = this.#rest;
    this.#rest = '';
    this.#isCut = false;
    if (line !== '') this.#listener.onLine(line);
  }
}
