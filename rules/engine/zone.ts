import { IANAZone } from 'luxon';

const quarterMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;
const mostCached = 4_096;

/** The community's time zone. Offsets change on quarters of an hour only, so they are kept by quarter. */
export class Zone {
  readonly name: string;
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, number>();
  /** The quarter that was asked for last. */
  #quarter = Number.NaN;
  #offset = 0;

  constructor(name: string) {
    this.name = name;
    this.#zone = IANAZone.create(name);
  }

  /** Milliseconds that local time is ahead of UTC; an unknown zone counts as UTC. */
  offsetMs(at: number): number {
    const quarter = Math.floor(at / quarterMs);
    if (quarter === this.#quarter) return this.#offset;
    this.#quarter = quarter;
    this.#offset = this.#offsets.get(quarter) ?? this.#find(quarter);
    return this.#offset;
  }

  /** Days since 1970-01-01 of the local calendar. */
  dayOf(at: number): number {
    return Math.floor((at + this.offsetMs(at)) / dayMs);
  }

  /** Minutes since local midnight. */
  minuteOf(at: number): number {
    return Math.floor(((((at + this.offsetMs(at)) % dayMs) + dayMs) % dayMs) / 60_000);
  }

  yearOf(at: number): number {
    return new Date(at + this.offsetMs(at)).getUTCFullYear();
  }

  /** Epoch ms of a local day and minute; a time that a change of the clocks skips is moved past the gap. */
  instant(day: number, minute: number): number {
    const local = day * dayMs + minute * 60_000;
    const guess = local - this.offsetMs(local);
    return local - this.offsetMs(guess);
  }

  #find(quarter: number): number {
    const minutes = this.#zone.isValid ? this.#zone.offset(quarter * quarterMs) : 0;
    if (this.#offsets.size >= mostCached) this.#offsets.clear();
    this.#offsets.set(quarter, minutes * 60_000);
    return minutes * 60_000;
  }
}

/** Which zone the community's clocks show; it may be set anew. */
export interface Clockface {
  readonly zone: Zone;
}

/** Monday is 0. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;
