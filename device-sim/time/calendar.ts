import { IANAZone } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Everybody is in bed and every door is shut: a day of the simulation begins here, and knows nothing of the one before. */
const beginsAtHour = 4;

/** A day of the simulation: from 04:00 to 04:00 of the community's zone (23 or 25 hours when its clocks change). */
export interface SimDay {
  /** Days since 1970-01-01 of the local calendar. */
  readonly number: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number;
}

/** Local time of the community. */
export class Calendar {
  readonly #zone: IANAZone;

  /** An unknown zone counts as UTC. */
  constructor(zone: string) {
    this.#zone = IANAZone.create(zone);
  }

  /** The day that `at` lies in. */
  dayAt(at: number): SimDay {
    const number = Math.floor((at + this.#offset(at) - beginsAtHour * hourMs) / dayMs);
    const day = this.day(number);
    // 04:00 itself may move when clocks change.
    if (at < day.from) return this.day(number - 1);
    return at < day.to ? day : this.day(number + 1);
  }

  day(number: number): SimDay {
    return {
      number,
      from: this.#begin(number),
      to: this.#begin(number + 1),
      weekday: ((((number + 3) % 7) + 7) % 7) + 1,
    };
  }

  /** Hours since local midnight, with fractions. */
  hourOf(at: number): number {
    const local = at + this.#offset(at);
    return (local - Math.floor(local / dayMs) * dayMs) / hourMs;
  }

  /** Milliseconds of UTC of a local time of a day: minutes since its midnight (may be beyond 24 h). */
  at(number: number, minutes: number): EpochMs {
    const local = number * dayMs + minutes * 60_000;
    return epochMs(local - this.#offset(local - this.#offset(local)));
  }

  #begin(number: number): EpochMs {
    return this.at(number, beginsAtHour * 60);
  }

  #offset(at: number): number {
    return this.#zone.isValid ? this.#zone.offset(at) * 60_000 : 0;
  }
}
