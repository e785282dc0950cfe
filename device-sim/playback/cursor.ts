import type { DeviceModel, Report } from '#device-sim/devices/report.ts';
import type { SimMessage } from '#device-sim/message.ts';
import { TimeQueue } from '#device-sim/playback/queue.ts';
import type { Radio } from '#device-sim/signals/radio.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import { epochMs } from '#model/brand.ts';

/** A device as it is played: what it measures and how that gets out. */
export interface Station {
  readonly device: string;
  readonly model: DeviceModel;
  readonly radio: Radio;
}

interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly station: Station;
  readonly report: Report;
  /** Of a report that is new: where the next comes from. */
  readonly source: Iterator<Report> | undefined;
}

/** After what it says again, at the same millisecond, a device says nothing before. */
const repeatedRank = 0.5;

/** Reads one day of all stations in order of time; of several at one time in the order of the stations. */
export class Cursor {
  readonly day: SimDay;
  readonly #queue = new TimeQueue<Entry>();
  #position: number;

  constructor(stations: readonly Station[], day: SimDay) {
    this.day = day;
    this.#position = day.from;
    for (const [rank, station] of stations.entries())
      this.#draw(station, station.model(day)[Symbol.iterator](), rank, Number.NEGATIVE_INFINITY);
  }

  /** Everything before this was read. */
  get position(): number {
    return this.#position;
  }

  /** Passes over everything before `to`. */
  skip(to: number): void {
    while (this.#next(to));
    this.#position = Math.max(this.#position, to);
  }

  /** The next message before `to`, if there is one. */
  read(to: number): SimMessage | undefined {
    const entry = this.#next(to);
    this.#position = Math.max(this.#position, entry?.at ?? to);
    return entry && messageOf(entry);
  }

  /** When the next message comes, at the earliest; undefined: not on this day. */
  get nextAt(): number | undefined {
    return this.#queue.peek()?.at;
  }

  #next(to: number): Entry | undefined {
    for (;;) {
      const entry = this.#queue.peek();
      if (entry === undefined || entry.at >= to) return undefined;
      this.#queue.pop();
      if (entry.source === undefined) return entry;
      this.#draw(entry.station, entry.source, entry.rank, entry.at);
      const { isEdge, isSure = false } = entry.report;
      const again = entry.at + (isSure ? 0 : entry.station.radio.delayMs(entry.at, isEdge));
      // What would come after the day's end is not lost: the day after knows nothing of it.
      if (again === entry.at || again >= this.day.to) return entry;
      this.#queue.push({ ...entry, at: again, rank: entry.rank + repeatedRank, source: undefined });
    }
  }

  #draw(station: Station, source: Iterator<Report>, rank: number, after: number): void {
    const { value: report, done } = source.next();
    if (done === true || report === undefined) return;
    // A device never says two things of one time.
    const at = Math.max(report.at, after + 1);
    this.#queue.push({ at, rank, station, report: { ...report, at }, source });
  }
}

function messageOf({ at, station, report }: Entry): SimMessage {
  const { device } = station;
  const { status, values } = report;
  if (status !== undefined) return { at: epochMs(at), device, topic: 'status', payload: status };
  const payload = JSON.stringify({ ts: report.at, values });
  return { at: epochMs(at), device, topic: 'telemetry', payload };
}
