import type { Value } from '#model/reading.ts';
import { type Arrival, type Keeping, Track } from '#rules/engine/series/track.ts';
import { Usual, type UsualDay } from '#rules/engine/series/usual.ts';
import { Window, type WindowedNeed, windowName } from '#rules/engine/series/window.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import type { Baseline, BaselineNeed } from '#rules/language/needs.ts';

type Pairs = readonly (readonly [number, Value])[];

/** What is kept of the readings, as JSON; a track with windows rests in pieces, here only where it begins. */
export type SeriesSnapshot = Readonly<Record<string, Pairs | { readonly first: number }>>;

type Piece = readonly [from: number, pairs: Pairs];

/** Readings in one piece: so much is written again when one comes. */
const pieceLength = 64;
const nothingUsual: Baseline = { n: 0, mean: undefined, sd: undefined };

/** The readings of one subject that its rules may still look at, with what is summed up of them. */
export class Series {
  readonly tracks = new Map<string, Track>();
  readonly #windows = new Map<WindowedNeed, Window>();
  readonly #shared = new Map<string, Window>();
  readonly #usual = new Map<string, Usual>();
  /** Properties whose tracks rest in pieces, with the first piece that was written. */
  readonly #pieces = new Map<string, number>();
  readonly #clockface: Clockface;

  constructor(clockface: Clockface) {
    this.#clockface = clockface;
  }

  track(property: string): Track {
    const track = this.tracks.get(property) ?? new Track();
    this.tracks.set(property, track);
    return track;
  }

  /** Takes a reading of a property that is kept in. */
  add(property: string, at: number, value: Value, keeping: Keeping): Arrival {
    const track = this.track(property);
    const usual = this.#usual.get(property);
    const before = usual && track.valueAt(at);
    const arrival = track.add(at, value, keeping);
    if (keeping.windowMs > 0 && !this.#pieces.has(property)) this.#pieces.set(property, 0);
    if (!usual || arrival === 'repeat') return arrival;
    if (arrival === 'corrected' && before !== undefined) usual.remove(at, before);
    usual.add(at, value);
    return arrival;
  }

  /** From now on it is counted what is usual of the property. */
  wantUsual(property: string): void {
    if (this.#usual.has(property)) return;
    const usual = new Usual(property, this.#clockface);
    for (const [at, value] of this.tracks.get(property)?.pairs() ?? []) usual.add(at, value);
    this.#usual.set(property, usual);
  }

  ask(need: WindowedNeed, at: number): number | undefined {
    return (this.#windows.get(need) ?? this.#window(need)).at(at);
  }

  /** When the value was last said, epoch ms; undefined: never, as far as it is kept. */
  lastSaid(property: string, value: Value): number | undefined {
    return this.tracks
      .get(property)
      ?.pairs()
      .findLast(([, said]) => said === value)?.[0];
  }

  usual({ property }: BaselineNeed, at: number): Baseline {
    return this.#usual.get(property)?.at(at) ?? nothingUsual;
  }

  /** Rules changed: whoever asks is known anew. */
  forgetNeeds(): void {
    this.#windows.clear();
  }

  /** What rests in one piece. */
  toJson(): SeriesSnapshot {
    return Object.fromEntries(
      [...this.tracks].map(([property, track]) => [
        property,
        this.#pieces.has(property) ? { first: track.first } : track.pairs(),
      ]),
    );
  }

  /** The pieces that changed, by name; null: dropped. */
  *takePieces(): Iterable<readonly [name: string, state: string | null]> {
    for (const [property, written] of this.#pieces) {
      const track = this.tracks.get(property);
      if (!track) continue;
      const first = Math.floor(track.first / pieceLength);
      for (let piece = written; piece < first; piece++) yield [`track ${property} ${piece}`, null];
      this.#pieces.set(property, first);
      const last = Math.floor(track.last / pieceLength);
      for (let piece = Math.floor(track.takeChanged() / pieceLength); piece <= last; piece++) {
        const begin = Math.max(piece * pieceLength, track.first);
        const kept: Piece = [begin, track.pairs(begin, (piece + 1) * pieceLength - 1)];
        yield [`track ${property} ${piece}`, JSON.stringify(kept)];
      }
    }
    for (const [property, usual] of this.#usual)
      for (const [day, tallies] of usual.takeChanged())
        yield [`usual ${property} ${day}`, tallies && JSON.stringify(tallies)];
  }

  /** Everything that `toJson` and `takePieces` gave. */
  static restore(
    clockface: Clockface,
    snapshot: SeriesSnapshot,
    pieces: ReadonlyMap<string, string>,
  ): Series {
    const series = new Series(clockface);
    for (const [property, kept] of Object.entries(snapshot)) {
      if (!('first' in kept)) series.tracks.set(property, Track.fromPairs(kept));
      else {
        series.tracks.set(property, joined(property, kept.first, pieces));
        series.#pieces.set(property, Math.floor(kept.first / pieceLength));
      }
    }
    for (const [name, state] of pieces) {
      const [kind, property = '', day] = name.split(' ');
      if (kind !== 'usual') continue;
      const usual = series.#usual.get(property) ?? new Usual(property, clockface);
      series.#usual.set(property, usual);
      usual.restore(Number(day), JSON.parse(state) as UsualDay);
    }
    return series;
  }

  #window(need: WindowedNeed): Window {
    const name = `${need.property} ${windowName(need)}`;
    const window = this.#shared.get(name) ?? new Window(this.track(need.property), need);
    this.#shared.set(name, window);
    this.#windows.set(need, window);
    return window;
  }
}

/** The pieces of a track put together again. */
function joined(property: string, first: number, pieces: ReadonlyMap<string, string>): Track {
  const pairs: (readonly [number, Value])[] = [];
  for (let piece = Math.floor(first / pieceLength); ; piece++) {
    const state = pieces.get(`track ${property} ${piece}`);
    if (state === undefined) return Track.fromPairs(pairs, first);
    const [from, kept] = JSON.parse(state) as Piece;
    pairs.push(...kept.slice(Math.max(0, first - from)));
  }
}
