import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** What tells how a device is, out of all that it said last. */
export interface LastWord {
  readonly device: string;
  /** The newest of all that it said, `online` left out: that others see it is no sign of life. */
  readonly heard: Moment | null;
  /** Null: it never said. */
  readonly fault: Said<boolean> | null;
  readonly tamper: Said<boolean> | null;
  readonly videoLost: Said<boolean> | null;
  readonly battery: Said<number> | null;
  readonly batteryLow: Said<boolean> | null;
}

export interface Moment {
  /** When it was measured. */
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
}

export interface Said<T> extends Moment {
  readonly value: T;
}

interface LastWordRow {
  device: string;
  at: number | null;
  received_at: number | null;
  /** `{property: [value, at, receivedAt]}` as JSON; null: it said none of these. */
  said: string | null;
}

type Spoken = Readonly<Partial<Record<string, readonly [unknown, number, number]>>>;

/** One row for each device, so that a whole fleet is read in a few milliseconds. */
export class LastWordRows {
  readonly #one: Statement<LastWordRow>;
  readonly #all: Statement<LastWordRow>;

  constructor(connection: DatabaseSync) {
    this.#one = prepare(connection, `${select} where device = ? group by device`);
    this.#all = prepare(connection, `${select} group by device`);
  }

  get(device: string): LastWord | undefined {
    const row = this.#one.get(device);
    return row && lastWordFrom(row);
  }
  all(): LastWord[] {
    return this.#all.all().map(lastWordFrom);
  }
}

const select = `
  select device,
    max(case when property <> 'online' then at end) as at,
    max(case when property <> 'online' then received_at end) as received_at,
    json_group_object(property, json_array(json(value), at, received_at))
      filter (where property in ('fault', 'tamper', 'video-lost', 'battery', 'battery-low')) as said
  from latest`;

function lastWordFrom({ at, device, received_at, said }: LastWordRow): LastWord {
  const spoken: Spoken = said === null ? {} : (JSON.parse(said) as Spoken);
  return {
    device,
    heard: at === null || received_at === null ? null : { at: epochMs(at), receivedAt: epochMs(received_at) },
    fault: saidAs(spoken['fault'], isBoolean),
    tamper: saidAs(spoken['tamper'], isBoolean),
    videoLost: saidAs(spoken['video-lost'], isBoolean),
    battery: saidAs(spoken['battery'], isNumber),
    batteryLow: saidAs(spoken['battery-low'], isBoolean),
  };
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isNumber = (value: unknown): value is number => typeof value === 'number';

function saidAs<T>(spoken: Spoken[string], is: (value: unknown) => value is T): Said<T> | null {
  if (spoken === undefined) return null;
  const [value, at, receivedAt] = spoken;
  return is(value) ? { value, at: epochMs(at), receivedAt: epochMs(receivedAt) } : null;
}
