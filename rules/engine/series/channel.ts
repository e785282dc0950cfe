import type { Value } from '#model/reading.ts';
import { pieceOf } from '#rules/engine/series/pieces.ts';
import { type Arrival, type Keeping, Track } from '#rules/engine/series/track.ts';
import { Usual } from '#rules/engine/series/usual.ts';
import type { Clockface } from '#rules/engine/zone.ts';

/** What is kept of one property: its readings and, where a rule wants it, what is usual. */
export class Channel {
  readonly property: string;
  readonly track: Track;
  /** It holds a window, or very much: it rests in pieces, the first of which has this number. Null: it rests in one. */
  firstPiece: number | null;
  #usual: Usual | null = null;

  constructor(property: string, track = new Track(), firstPiece: number | null = null) {
    this.property = property;
    this.track = track;
    this.firstPiece = firstPiece;
  }

  get usual(): Usual | null {
    return this.#usual;
  }

  /** Takes a reading in. */
  add(at: number, value: Value, keeping: Keeping): Arrival {
    if (keeping.windowMs > 0) this.firstPiece ??= pieceOf(this.track.first);
    if (this.#usual) return this.#addUsual(this.#usual, at, value, keeping);
    return this.track.add(at, value, keeping);
  }

  /** From now on it is counted what is usual; what is kept already counts. */
  wantUsual(clockface: Clockface): void {
    if (this.#usual) return;
    this.#usual = new Usual(this.property, clockface);
    for (const [at, value] of this.track.pairs()) this.#usual.add(at, value);
  }

  /** It was counted before. */
  restoreUsual(usual: Usual): void {
    this.#usual = usual;
  }

  /** The clock was set back: of readings after `limit` the last is what is known, as of `at`. */
  setBack(at: number, limit: number): void {
    this.track.rebase(at, limit);
    this.#usual?.setBack(limit);
  }

  #addUsual(usual: Usual, at: number, value: Value, keeping: Keeping): Arrival {
    const before = this.track.timeAt(at) === at ? this.track.valueAt(at) : undefined;
    const arrival = this.track.add(at, value, keeping);
    if (arrival === 'corrected' && before !== undefined) usual.remove(at, before);
    if (arrival !== 'repeat') usual.add(at, value);
    return arrival;
  }
}
