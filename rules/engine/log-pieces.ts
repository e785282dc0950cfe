import type { Observation } from '#model/reading.ts';
import type { Log } from '#rules/engine/log.ts';
import { type ObservationJson, rowOf } from '#rules/engine/observation-json.ts';
import type { NamedPiece } from '#rules/engine/series/pieces.ts';

/** How logs are cut into pieces. */
export interface PieceSizes {
  /** A log with fewer readings rests in the text of its holder: one text costs less than two there. */
  readonly least: number;
  /** Readings in one piece: so much is written again when one comes. */
  readonly length: number;
}

export const usualSizes: PieceSizes = { least: 128, length: 64 };

/** What of a log is in the snapshot: the pieces from `first` to `last`. */
interface Resting {
  readonly name: number;
  first: number;
  last: number;
}

type Piece = readonly [from: number, rows: readonly ObservationJson[]];

const pieceName = (log: number, piece: number): string => `log ${log} ${piece}`;

/** Name of the log and number of the piece; undefined: it is none of a log. */
function readName(name: string): readonly [log: number, piece: number] | undefined {
  const [kind, log, piece] = name.split(' ');
  return kind === 'log' ? [Number(log), Number(piece)] : undefined;
}

/**
 * The logs of a holder that are too long to be written whole with each snapshot: what a device that speaks fast said within
 * the lateness is the greatest part of the engine's memory, and most of it was written before (docs/decisions/127).
 */
export class LogPieces {
  readonly #sizes: PieceSizes;
  readonly #resting = new Map<Log, Resting>();
  /** Pieces of before the restart: what was read of them goes into logs with names of their own. */
  #old: readonly string[];
  #next = 0;

  constructor(sizes: PieceSizes, kept: Iterable<string> = []) {
    this.#sizes = sizes;
    const old: string[] = [];
    for (const name of kept) {
      const [log] = readName(name) ?? [];
      if (log === undefined) continue;
      old.push(name);
      this.#next = Math.max(this.#next, log + 1);
    }
    this.#old = old;
  }

  /** What changed since the last call, of the logs that are in use; what is not used any more is taken away. */
  *take(inUse: Iterable<Log>): Iterable<NamedPiece> {
    for (const name of this.#old) yield [name, null];
    this.#old = [];
    const logs = new Set([...inUse].filter((log) => this.#isLong(log)));
    for (const [log, resting] of this.#resting) {
      if (logs.has(log)) continue;
      this.#resting.delete(log);
      yield* this.#without(resting, resting.last + 1);
    }
    for (const log of logs) yield* this.#takeOf(log);
  }

  /** The name under which its pieces are; undefined: it rests in the text of the holder. */
  nameOf(log: Log): number | undefined {
    return this.#resting.get(log)?.name;
  }

  /** One that shrinks a little need not move. */
  #isLong(log: Log): boolean {
    const { least } = this.#sizes;
    return log.entries.length >= (this.#resting.has(log) ? least / 2 : least);
  }

  *#takeOf(log: Log): Iterable<NamedPiece> {
    const pieceOf = (ordinal: number): number => Math.floor(ordinal / this.#sizes.length);
    const first = pieceOf(log.first);
    let resting = this.#resting.get(log);
    if (!resting) {
      resting = { name: this.#next++, first, last: first - 1 };
      this.#resting.set(log, resting);
      log.written = log.first;
    }
    yield* this.#without(resting, first);
    const last = pieceOf(log.end - 1);
    for (let piece = Math.max(first, pieceOf(log.written)); piece <= last; piece++) {
      const from = Math.max(piece * this.#sizes.length, log.first);
      const entries = log.entries.slice(from - log.first, (piece + 1) * this.#sizes.length - log.first);
      const kept: Piece = [from, entries.map(rowOf)];
      yield [pieceName(resting.name, piece), JSON.stringify(kept)];
    }
    log.written = log.end;
    resting.first = first;
    resting.last = last;
  }

  /** Its pieces before `end` are no more. */
  *#without({ name, first, last }: Resting, end: number): Iterable<NamedPiece> {
    for (let piece = first; piece < end && piece <= last; piece++) yield [pieceName(name, piece), null];
  }
}

/** A log as it was kept. */
export interface KeptLog {
  /** Ordinal of the first entry. */
  readonly first: number;
  readonly entries: readonly Observation[];
}

/** The logs that pieces are of, by name. */
export function readLogs(
  pieces: ReadonlyMap<string, string>,
  read: (rows: readonly ObservationJson[]) => readonly Observation[],
): ReadonlyMap<number, KeptLog> {
  const named = [...pieces].flatMap(([name, state]) => {
    const place = readName(name);
    return place ? [{ log: place[0], piece: place[1], state }] : [];
  });
  const logs = new Map<number, { first: number; entries: Observation[] }>();
  for (const { log, state } of named.sort((a, b) => a.piece - b.piece)) {
    const [from, rows] = JSON.parse(state) as Piece;
    const known = logs.get(log);
    if (known) known.entries.push(...read(rows));
    else logs.set(log, { first: from, entries: [...read(rows)] });
  }
  return logs;
}
