import { DateTime } from 'luxon';

const quarterMs = 15 * 60_000;
const most = 10_000;

/**
 * Remembers how far local times are from UTC. To ask a zone costs a hundred times what reading the digits does, and devices say
 * times of the same minutes over and over. No zone changes its offset within a quarter of an hour.
 */
export class LocalOffsets {
  readonly #known = new Map<string, number>();

  /** What a wall clock in the zone showed, as if it were UTC → epoch milliseconds; undefined: there is no such zone. */
  epochOf(wallMs: number, timezone: string): number | undefined {
    const key = `${timezone} ${Math.floor(wallMs / quarterMs)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return wallMs - known;
    const read = DateTime.fromMillis(wallMs, { zone: 'UTC' }).setZone(timezone, { keepLocalTime: true });
    if (!read.isValid) return undefined;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(key, wallMs - read.toMillis());
    return read.toMillis();
  }
}
