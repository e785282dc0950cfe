import type { DatabaseSync } from 'node:sqlite';
import { type DeviceId, type EpochMs, epochMs, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import type { PresenceCause } from '#model/record.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** The newest reading of a property. */
export interface LatestValue {
  readonly property: string;
  readonly value: Value;
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  /** Bits of `flag` (model/reading.ts). */
  readonly flags: number;
}

/** Whether a device is there, since when, and why it is taken for so. */
export interface Presence {
  readonly device: string;
  readonly online: boolean;
  readonly at: EpochMs;
  readonly cause: PresenceCause;
}

interface LatestRow {
  device: DeviceId;
  property: string;
  value: string;
  at: number;
  received_at: number;
  flags: number;
  position: number;
}
interface PresenceRow {
  device: string;
  online: number;
  at: number;
  cause: PresenceCause;
}

/** What a device said last and whether it is there. */
export class DeviceRows {
  readonly #latest: Statement<LatestRow>;
  readonly #allLatest: Statement<LatestRow>;
  readonly #putLatest: Statement<never>;
  readonly #forgetLatest: Statement<never>;
  readonly #presence: Statement<PresenceRow>;
  readonly #allPresence: Statement<PresenceRow>;
  readonly #putPresence: Statement<never>;
  readonly #forgetPresence: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#latest = prepare(connection, 'select * from latest where device = ? order by property');
    this.#allLatest = prepare(connection, 'select * from latest');
    this.#forgetLatest = prepare(connection, 'delete from latest where device = ?');
    this.#forgetPresence = prepare(connection, 'delete from presence where device = ?');
    this.#putLatest = prepare(
      connection,
      `insert into latest (device, property, value, at, received_at, flags, position) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (device, property) do update
       set value = excluded.value, at = excluded.at, received_at = excluded.received_at,
         flags = excluded.flags, position = excluded.position
       where excluded.at >= latest.at`,
    );
    this.#presence = prepare(connection, 'select device, online, at, cause from presence where device = ?');
    this.#allPresence = prepare(connection, 'select device, online, at, cause from presence order by device');
    this.#putPresence = prepare(
      connection,
      `insert into presence (device, online, at, cause) values (?, ?, ?, ?)
       on conflict (device) do update set online = excluded.online, at = excluded.at, cause = excluded.cause`,
    );
  }

  latest(device: string): LatestValue[] {
    return this.#latest.all(device).map((row) => ({
      property: row.property,
      value: parsed<Value>(row.value),
      at: epochMs(row.at),
      receivedAt: epochMs(row.received_at),
      flags: row.flags,
    }));
  }
  /** One that is older than what stands changes nothing; at the same time the last received wins. */
  putLatest(readings: Iterable<Reading>): void {
    for (const { device, property, value, at, receivedAt, flags, position: from } of readings)
      this.#putLatest.run(device, property, JSON.stringify(value), at, receivedAt, flags, from);
  }
  /** Of all devices, as readings; to be read to the end before anything is written. */
  *allLatest(): Generator<Reading, void> {
    for (const row of this.#allLatest.iterate())
      yield {
        device: row.device,
        property: row.property,
        at: epochMs(row.at),
        receivedAt: epochMs(row.received_at),
        value: parsed<Value>(row.value),
        flags: row.flags,
        position: position(row.position),
      };
  }

  presence(device: string): Presence | undefined {
    const row = this.#presence.get(device);
    return row && presenceFrom(row);
  }
  allPresence(): Presence[] {
    return this.#allPresence.all().map(presenceFrom);
  }
  putPresence({ device, online, at, cause }: Presence): void {
    this.#putPresence.run(device, Number(online), at, cause);
  }

  /** The device is gone: what it said last is nobody's news. */
  /** What it said last; it still is there, or not. */
  forgetLatest(device: string): void {
    this.#forgetLatest.run(device);
  }
  forget(device: string): void {
    this.forgetLatest(device);
    this.#forgetPresence.run(device);
  }
}

const presenceFrom = (row: PresenceRow): Presence => ({
  device: row.device,
  online: row.online === 1,
  at: epochMs(row.at),
  cause: row.cause,
});
