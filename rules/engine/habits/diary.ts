import type { Sign } from '#rules/engine/habits/sign.ts';

export const minuteMs = 60_000;
const minutesOfDay = 1_440;
export const dayMs = minutesOfDay * minuteMs;
const slotMs = 5 * minuteMs;
const words = 45;
const slotsKept = 24;
/** So many days are looked back upon; two more for the day that runs and for zones. */
export const learnedDays = 28;
const keptDays = learnedDays + 3;

/** What a minute may hold: a sign in a room, one that says no room, the entrance door, or several spots at once. */
export const channels = ['bedroom', 'bathroom', 'entrance', 'other', 'anywhere', 'door', 'roaming'] as const;
export type Channel = (typeof channels)[number];
const insideChannels = 5;
/** Under this name the hours of the entrance door are kept. */
export const doorSpot = '#door';

/** A day of UTC: one bit a minute and channel; an hour's bit for each spot. */
interface Day {
  readonly minutes: (Uint32Array | undefined)[];
  readonly hours: Map<string, number>;
}

/** JSON of a day: channels as base64 (empty: none), hours by spot, and the first spots of the latest slots. */
export interface DayJson {
  readonly minutes: readonly string[];
  readonly hours: Readonly<Record<string, number>>;
  readonly slots: readonly (readonly [number, string])[];
}

/** What happened in a minute; counted from 1970. */
export interface Minute {
  readonly minute: number;
  /** Bits in the order of `channels`. */
  readonly bits: number;
}

/**
 * What a person's flat said, minute by minute, for four weeks: only that there was a sign, of what kind. Bits are set and
 * never taken back, so that repeats change nothing and the order of arrival does not matter.
 */
export class Diary {
  readonly #days = new Map<number, Day>();
  /** By slot of five minutes: the first spot that was seen. */
  readonly #slots = new Map<number, string>();
  readonly #heartbeats = new Set<string>();
  #newest = Number.NEGATIVE_INFINITY;
  /** Whoever has read all before this minute wants to know when something changes there: `version` does then. */
  readUntil = Number.NEGATIVE_INFINITY;
  version = 0;

  readonly #changed = new Set<number>();

  add(sign: Sign): void {
    if (sign.kind === 'still-there') return;
    const day = this.#dayOf(sign.at);
    if (day === undefined) return;
    const minute = Math.floor(sign.at / minuteMs);
    this.#set(day, minute, sign.kind === 'door' ? 'door' : (sign.room ?? 'anywhere'));
    if (sign.kind === 'door') this.#visit(day, minute, doorSpot);
    else if (sign.room !== null) {
      this.#visit(day, minute, sign.spot);
      this.#mingle(day, minute, sign.spot);
    }
  }

  /** The device says the same again when nothing happens. */
  noteHeartbeat(device: string): void {
    this.#heartbeats.add(device);
  }
  hasHeartbeat(device: string): boolean {
    return this.#heartbeats.has(device);
  }

  /** Minutes with anything in them, from ≤ minute < to, in order. */
  *minutes(from: number, to: number): Generator<Minute> {
    for (let day = Math.floor(from / minutesOfDay); day * minutesOfDay < to; day++) {
      const found = this.#days.get(day);
      if (!found) continue;
      for (const { minute, bits } of minutesOf(found, day))
        if (minute >= from && minute < to) yield { minute, bits };
    }
  }

  /** Bits of the hours of a UTC day in which each spot was seen. */
  hoursOf(day: number): ReadonlyMap<string, number> {
    return this.#days.get(day)?.hours ?? new Map();
  }

  get heartbeats(): readonly string[] {
    return [...this.#heartbeats];
  }

  /** The clock was set back: nothing is known of later days. */
  setBack(at: number): void {
    const last = Math.floor(at / dayMs);
    for (const day of this.#days.keys()) {
      if (day <= last) continue;
      this.#days.delete(day);
      this.#changed.add(day);
    }
    this.#newest = Math.min(this.#newest, last);
    this.version++;
  }

  /** Days since 1970 that changed since the last call; null: forgotten. */
  *takeChanged(): Iterable<readonly [day: number, state: DayJson | null]> {
    for (const day of this.#changed) yield [day, this.#json(day)];
    this.#changed.clear();
  }

  /** Everything. */
  *all(): Iterable<readonly [day: number, state: DayJson]> {
    for (const day of this.#days.keys()) {
      const state = this.#json(day);
      if (state) yield [day, state];
    }
  }

  #json(day: number): DayJson | null {
    const found = this.#days.get(day);
    if (!found) return null;
    return {
      minutes: channels.map((_, index) => encode(found.minutes[index])),
      hours: Object.fromEntries(found.hours),
      slots: [...this.#slots].filter(([slot]) => Math.floor((slot * slotMs) / dayMs) === day),
    };
  }

  static restore(days: ReadonlyMap<number, DayJson>, heartbeats: readonly string[]): Diary {
    const diary = new Diary();
    for (const [number, { minutes, hours, slots }] of days) {
      diary.#days.set(number, { minutes: minutes.map(decode), hours: new Map(Object.entries(hours)) });
      diary.#newest = Math.max(diary.#newest, number);
      for (const [slot, spot] of slots) diary.#slots.set(slot, spot);
    }
    for (const device of heartbeats) diary.#heartbeats.add(device);
    return diary;
  }

  #dayOf(at: number): Day | undefined {
    const number = Math.floor(at / dayMs);
    if (number <= this.#newest - keptDays) return undefined;
    if (number > this.#newest) {
      this.#newest = number;
      this.#forget();
    }
    const known = this.#days.get(number);
    if (known) return known;
    const day: Day = { minutes: [], hours: new Map() };
    this.#days.set(number, day);
    return day;
  }

  #forget(): void {
    for (const old of this.#days.keys()) {
      if (old > this.#newest - keptDays) continue;
      this.#days.delete(old);
      this.#changed.add(old);
    }
  }

  #set(day: Day, minute: number, channel: Channel): void {
    const index = channels.indexOf(channel);
    const bits = day.minutes[index] ?? new Uint32Array(words);
    day.minutes[index] = bits;
    const inDay = minute % minutesOfDay;
    const word = inDay >> 5;
    const before = bits[word] ?? 0;
    const after = before | (1 << (inDay & 31));
    if (before === after >>> 0) return;
    bits[word] = after;
    this.#note(minute);
  }

  #visit(day: Day, minute: number, spot: string): void {
    const hour = 1 << Math.floor((minute % minutesOfDay) / 60);
    const seen = day.hours.get(spot) ?? 0;
    if ((seen & hour) === 0) {
      day.hours.set(spot, seen | hour);
      this.#note(minute);
    }
  }

  /** Two spots in a slot: somebody moves about. */
  #mingle(day: Day, minute: number, spot: string): void {
    const slot = Math.floor((minute * minuteMs) / slotMs);
    const first = this.#slots.get(slot);
    if (first === undefined) this.#begin(slot, spot);
    else if (first !== spot) this.#set(day, slot * (slotMs / minuteMs), 'roaming');
  }

  /** Those of the last hours are enough: what comes later than that is too late to be judged. */
  #begin(slot: number, spot: string): void {
    this.#slots.set(slot, spot);
    for (const old of this.#slots.keys()) if (old < slot - slotsKept) this.#slots.delete(old);
  }

  #note(minute: number): void {
    this.#changed.add(Math.floor(minute / minutesOfDay));
    if (minute < this.readUntil) this.version++;
  }
}

/** Bits of a minute that are signs inside the flat. */
export const insideBits = (1 << insideChannels) - 1;
/** The bit of a channel. */
export const bitOf = (channel: Channel): number => 1 << channels.indexOf(channel);

function* minutesOf({ minutes }: Day, day: number): Generator<Minute> {
  for (let word = 0; word < words; word++) {
    let any = 0;
    for (const bits of minutes) any |= bits?.[word] ?? 0;
    while (any !== 0) {
      const lowest = any & -any;
      const place = 31 - Math.clz32(lowest);
      let bits = 0;
      for (const [index, channel] of minutes.entries())
        if (channel !== undefined && ((channel[word] ?? 0) & lowest) !== 0) bits |= 1 << index;
      yield { minute: day * minutesOfDay + word * 32 + place, bits };
      any &= any - 1;
    }
  }
}

const encode = (bits: Uint32Array | undefined): string =>
  bits === undefined ? '' : Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength).toString('base64');

function decode(text: string): Uint32Array | undefined {
  if (text === '') return undefined;
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: words }, (_, index) => bytes.readUInt32LE(index * 4));
}
