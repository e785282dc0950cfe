import type { Value } from '#model/reading.ts';
import { Channel } from '#rules/engine/series/channel.ts';
import { joined, type NamedPiece, pieceOf, trackPieces } from '#rules/engine/series/pieces.ts';
import { Track, type TrackPairs } from '#rules/engine/series/track.ts';
import { Usual, type UsualDay } from '#rules/engine/series/usual.ts';
import { Window, type WindowedNeed, windowName } from '#rules/engine/series/window.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import type { Baseline, BaselineNeed } from '#rules/language/needs.ts';

/** What is kept of the readings, as JSON; a track with windows rests in pieces, here only where it begins. */
export type SeriesSnapshot = Readonly<Record<string, TrackPairs | { readonly first: number }>>;

const nothingUsual: Baseline = { n: 0, mean: undefined, sd: undefined };

/** From so many readings on a track rests in pieces, whether a window looks at it or not. */
const longTrack = 128;

/** The readings of one subject that its rules may still look at, with what is summed up of them. */
export class Series {
  readonly #channels = new Map<string, Channel>();
  /** By the slots of the rules that are loaded now. */
  readonly #windows: (Window | undefined)[] = [];
  readonly #shared = new Map<string, Window>();
  readonly #clockface: Clockface;
  /** The one that was asked for last: it is mostly asked for again. */
  #last: Channel | undefined;

  constructor(clockface: Clockface) {
    this.#clockface = clockface;
  }

  /** Everything that `toJson` and `takePieces` gave. */
  static restore(
    clockface: Clockface,
    snapshot: SeriesSnapshot,
    pieces: ReadonlyMap<string, string>,
  ): Series {
    const series = new Series(clockface);
    for (const [property, kept] of Object.entries(snapshot)) {
      const channel =
        'first' in kept
          ? new Channel(property, joined(property, kept.first, pieces), pieceOf(kept.first))
          : new Channel(property, Track.fromPairs(kept));
      series.#channels.set(property, channel);
    }
    for (const [name, state] of pieces) {
      const [kind, property = '', day] = name.split(' ');
      if (kind === 'usual') series.#usualOf(property).restore(Number(day), JSON.parse(state) as UsualDay);
    }
    return series;
  }

  get tracks(): readonly Track[] {
    return [...this.#channels.values()].map(({ track }) => track);
  }
  track(property: string): Track | undefined {
    return this.#channel(property)?.track;
  }

  /** Of a property that is kept. */
  channel(property: string, { isUsualWanted = false } = {}): Channel {
    let channel = this.#channels.get(property);
    if (!channel) {
      channel = new Channel(property);
      this.#channels.set(property, channel);
    }
    if (isUsualWanted) channel.wantUsual(this.#clockface);
    return channel;
  }

  /** The clock was set back: of readings after `limit` the last is what is known, as of `at`. */
  setBack(at: number, limit: number): void {
    for (const channel of this.#channels.values()) channel.setBack(at, limit);
  }

  ask(need: WindowedNeed, at: number): number | undefined {
    return (this.#windows[need.slot] ?? this.#window(need)).at(at);
  }

  /** When the value was last said, epoch ms; undefined: never, as far as it is kept. */
  lastSaid(property: string, value: Value): number | undefined {
    return this.track(property)
      ?.pairs()
      .findLast(([, said]) => said === value)?.[0];
  }

  usual({ property }: BaselineNeed, at: number): Baseline {
    return this.#channel(property)?.usual?.at(at) ?? nothingUsual;
  }

  /** Rules changed: whoever asks is known anew. Windows that nobody asked for since the last time are dropped. */
  forgetNeeds(): void {
    const asked = new Set(this.#windows);
    for (const [name, window] of this.#shared) if (!asked.has(window)) this.#shared.delete(name);
    this.#windows.length = 0;
    const totals = new Set([...this.#shared.values()].flatMap(({ columns }) => columns));
    for (const { track } of this.#channels.values()) track.keepTotals(totals);
  }

  /** What rests in one piece. */
  toJson(): SeriesSnapshot {
    return Object.fromEntries(
      [...this.#channels].map(([property, { firstPiece, track }]) => [
        property,
        firstPiece === null ? track.pairs() : { first: track.first },
      ]),
    );
  }

  /** The pieces that changed since the last call. */
  *takePieces(): Iterable<NamedPiece> {
    for (const channel of this.#channels.values()) {
      const { property, track, usual } = channel;
      if (track.last - track.first >= longTrack) channel.firstPiece ??= pieceOf(track.first);
      if (channel.firstPiece !== null) {
        yield* trackPieces(property, track, channel.firstPiece);
        channel.firstPiece = pieceOf(track.first);
      }
      for (const [day, tallies] of usual?.takeChanged() ?? [])
        yield [`usual ${property} ${day}`, tallies && JSON.stringify(tallies)];
    }
  }

  #channel(property: string): Channel | undefined {
    if (this.#last?.property !== property) this.#last = this.#channels.get(property);
    return this.#last;
  }

  #usualOf(property: string): Usual {
    const channel = this.channel(property);
    const usual = channel.usual ?? new Usual(property, this.#clockface);
    channel.restoreUsual(usual);
    return usual;
  }

  #window(need: WindowedNeed): Window {
    const name = windowName(need);
    const window = this.#shared.get(name) ?? new Window(this.channel(need.property).track, need);
    this.#shared.set(name, window);
    this.#windows[need.slot] = window;
    return window;
  }
}
