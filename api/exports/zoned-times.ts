import { IANAZone } from 'luxon';
import type { EpochMs } from '#model/brand.ts';
import { minute } from '#model/brand.ts';

/** Zones change their offset at whole quarters of an hour of UTC. */
const quarterMs = 15 * minute;

/** Writes times as ISO 8601 with the offset of a zone; the offset of a quarter of an hour is looked up once. */
export class ZonedTimes {
  readonly #zone: IANAZone;
  #quarter = Number.NaN;
  #offsetMs = 0;
  #suffix = 'Z';

  /** An IANA zone. */
  constructor(timezone: string) {
    this.#zone = IANAZone.create(timezone);
  }

  /** `2026-03-10T20:00:00.000+08:00`. */
  text(at: EpochMs): string {
    const quarter = Math.floor(at / quarterMs);
    if (quarter !== this.#quarter) this.#look(quarter);
    return new Date(at + this.#offsetMs).toISOString().slice(0, -1) + this.#suffix;
  }

  #look(quarter: number): void {
    const minutes = Math.trunc(this.#zone.offset(quarter * quarterMs));
    const size = Math.abs(minutes);
    const two = (count: number): string => String(count).padStart(2, '0');
    this.#quarter = quarter;
    this.#offsetMs = minutes * minute;
    this.#suffix = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }
}
