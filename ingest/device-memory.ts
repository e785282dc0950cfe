import { type Description, Descriptions } from '#ingest/descriptions.ts';
import { ResendRing } from '#ingest/resend-ring.ts';
import { type DeviceId, type EpochMs, hour, minute } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';
import { Readout, type StateRow } from '#model/snapshot.ts';

/** No reading is further ahead of its receipt (docs/contract.md, Time): the clock was ahead then and was set back. */
export const aheadMs = 5 * minute;

/** The newest reading of a series. */
export interface Newest {
  at: number;
  value: Value;
}

/** Before the names of what a device described. */
const about = 'about/';

/** A network server repeats what it just said, or what it said before an outage; a device that counts does not go back. */
const mostNumbers = 16;

/** What ingest has to remember of one device. */
export class DeviceMemory {
  /** The time last given to a message that brought none. */
  lastUntimed = 0;
  /** By the last time that it gave. */
  isClockWrong = false;
  /** By property. */
  readonly newest = new Map<string, Newest>();
  readonly ring = new ResendRing();
  /** What it told of whom it carries; most tell nothing. */
  descriptions: Descriptions | undefined;
  /** Numbers of its newest messages, as its maker counts them; oldest first. */
  readonly numbers: string[] = [];
  /** Properties in `newest` that the catalogue does not know. */
  unknownProperties = 0;
  /** How often it spoke while nobody had claimed it. */
  unclaimedMessages = 0;
  /** How often it renamed whom it carries, in an hour that began then. */
  renamed: readonly [since: number, count: number] | undefined;

  /** Where to put what it describes. */
  describing(): Descriptions {
    this.descriptions ??= new Descriptions();
    return this.descriptions;
  }

  /** Whether it may once more rename whom it carries, this hour; it has, then. */
  mayRename(now: EpochMs, most: number): boolean {
    const [since, count] = this.renamed ?? [now, 0];
    const isOver = now - since >= hour || now < since;
    if (!isOver && count >= most) return false;
    this.renamed = isOver ? [now, 1] : [since, count + 1];
    return true;
  }

  /** Whether it is new; it is not from now on. */
  isNewNumber(number: string): boolean {
    if (this.numbers.includes(number)) return false;
    this.numbers.push(number);
    if (this.numbers.length > mostNumbers) this.numbers.shift();
    return true;
  }

  /** What was remembered of the thing that speaks here from now on, under another name. */
  takeOver({ isClockWrong, lastUntimed, newest, numbers }: DeviceMemory): void {
    for (const [property, { at, value }] of newest) {
      const known = this.newest.get(property);
      if (known !== undefined && known.at >= at) continue;
      if (known === undefined && !propertyCatalogue.has(property)) this.unknownProperties += 1;
      this.newest.set(property, { at, value });
    }
    this.lastUntimed = Math.max(this.lastUntimed, lastUntimed);
    this.isClockWrong = isClockWrong;
    for (const number of numbers) this.isNewNumber(number);
  }

  /** The time of receipt, later than any that this device was given before, except by a clock that was wrong. */
  receipt(now: EpochMs): EpochMs {
    this.lastUntimed = this.lastUntimed > now + aheadMs ? now : Math.max(now, this.lastUntimed + 1);
    return this.lastUntimed as EpochMs;
  }
}

interface DeviceState {
  readonly untimed: number;
  /** Absent: its clock is right. */
  readonly clockWrong?: true;
  /** Absent: nobody numbers its messages. */
  readonly numbers?: readonly string[];
  /** Absent: none. */
  readonly unclaimed?: number;
  /** Absent: it never did. */
  readonly renamed?: readonly [since: number, count: number];
  readonly next: number;
  readonly unknown: number;
  readonly series: readonly (readonly [property: string, at: number, value: Value])[];
}

/**
 * The memories of all devices, and which changed since they were last saved. Keys: the device's id for its times and
 * newest readings, `ID/N` for the chunks of its ring, `ID/about/KEY` for what it described.
 */
export class Memories {
  readonly #devices = new Map<DeviceId, DeviceMemory>();
  readonly #dirty = new Set<DeviceId>();
  readonly #gone = new Set<string>();
  readonly #readout = new Readout<DeviceId>((device) => this.#read(device));

  /** The memory of a device that is about to change. */
  change(device: DeviceId): DeviceMemory {
    this.#readout.changing(device);
    this.#dirty.add(device);
    return this.#open(device);
  }

  /** To be looked at only. */
  peek(device: DeviceId): Pick<DeviceMemory, 'unclaimedMessages'> | undefined {
    return this.#devices.get(device);
  }

  find(device: DeviceId): DeviceMemory | undefined {
    return this.#devices.get(device);
  }

  forget(device: DeviceId): void {
    const memory = this.#devices.get(device);
    if (memory === undefined) return;
    this.#readout.changing(device);
    this.#gone.add(device);
    for (const number of memory.ring.chunkNumbers()) this.#gone.add(`${device}/${number}`);
    for (const key of memory.descriptions?.restingKeys() ?? []) this.#gone.add(`${device}/${about}${key}`);
    this.#devices.delete(device);
    this.#dirty.delete(device);
  }

  takeDirty(): Iterable<StateRow> {
    const readout = this.#readout;
    readout.readAll();
    for (const key of this.#gone) readout.put(key, null);
    this.#gone.clear();
    for (const device of this.#dirty) readout.add(device);
    this.#dirty.clear();
    return readout.rest();
  }

  restore(entries: Iterable<readonly [key: string, state: string]>): void {
    for (const [key, text] of entries) {
      const end = key.indexOf('/');
      const memory = this.#open((end === -1 ? key : key.slice(0, end)) as DeviceId);
      const part = end === -1 ? undefined : key.slice(end + 1);
      // The states are our own writing.
      if (part === undefined) restoreState(memory, JSON.parse(text) as DeviceState);
      else if (part.startsWith(about))
        memory.describing().restore(part.slice(about.length), JSON.parse(text) as Description);
      else memory.ring.restoreChunk(Number(part), JSON.parse(text) as string);
    }
  }

  *#read(device: DeviceId): Iterable<StateRow> {
    const memory = this.#open(device);
    yield [device, JSON.stringify(stateOf(memory))];
    for (const [number, state] of memory.ring.takeDirty())
      yield [`${device}/${number}`, JSON.stringify(state)];
    for (const [key, description] of memory.descriptions?.takeDirty() ?? [])
      yield [`${device}/${about}${key}`, description === null ? null : JSON.stringify(description)];
  }

  #open(device: DeviceId): DeviceMemory {
    let memory = this.#devices.get(device);
    if (memory === undefined) {
      memory = new DeviceMemory();
      this.#devices.set(device, memory);
    }
    return memory;
  }
}

function stateOf(memory: DeviceMemory): DeviceState {
  return {
    untimed: memory.lastUntimed,
    ...(memory.isClockWrong && { clockWrong: true }),
    ...(memory.numbers.length > 0 && { numbers: memory.numbers }),
    ...(memory.unclaimedMessages > 0 && { unclaimed: memory.unclaimedMessages }),
    ...(memory.renamed && { renamed: memory.renamed }),
    next: memory.ring.next,
    unknown: memory.unknownProperties,
    series: [...memory.newest].map(([property, { at, value }]) => [property, at, value] as const),
  };
}

function restoreState(memory: DeviceMemory, state: DeviceState): void {
  memory.lastUntimed = state.untimed;
  memory.isClockWrong = state.clockWrong === true;
  memory.unknownProperties = state.unknown;
  memory.numbers.push(...(state.numbers ?? []));
  memory.unclaimedMessages = state.unclaimed ?? 0;
  memory.renamed = state.renamed;
  memory.ring.restoreNext(state.next);
  for (const [property, at, value] of state.series) memory.newest.set(property, { at, value });
}
