import type { DatabaseSync } from 'node:sqlite';
import { type DeviceId, type EpochMs, epochMs, position } from '#model/brand.ts';
import type { Quarantined, QuarantineReason } from '#model/quarantine.ts';
import { Seal } from '#model/seal.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

export interface QuarantineRow {
  id: number;
  device: DeviceId;
  received_at: number;
  position: number;
  topic: string;
  dialect: string;
  reason: QuarantineReason;
  property: string | null;
  detail: string;
  payload: Uint8Array;
  replayed_at: number | null;
  discarded_at: number | null;
}

/** As the engine takes it out again. */
export type KeptQuarantined = Quarantined & {
  readonly id: number;
  /** Neither read again nor put away. */
  readonly isHeld: boolean;
};

/** Seals what was said but not understood: nobody knows what is in it, so it is taken for personal. */
export class QuarantineSeal {
  readonly #seal: Seal;

  /** `key`: 32 bytes, the installation's quarantine key. */
  constructor(key: Uint8Array) {
    this.#seal = new Seal(key, 'quarantine');
  }
  seal(quarantined: Quarantined): Buffer {
    return this.#seal.seal(quarantined.payload, bound(quarantined));
  }
  /** Throws when the key is another one or the row was changed. */
  open(row: Pick<QuarantineRow, 'device' | 'position' | 'topic' | 'payload'>): Buffer {
    return this.#seal.open(row.payload, bound(row));
  }
}

const bound = (row: { readonly device: string; readonly position: number; readonly topic: string }): string =>
  `${row.position} ${row.device} ${row.topic}`;

const readingsSaid = (detail: string): string => detail.split(': history cannot', 1)[0] ?? '';

/** Quarantine as the engine writes and replays it. */
export class QuarantineRows {
  readonly #seal: QuarantineSeal;
  readonly #put: Statement<{ id: number }>;
  readonly #byId: Statement<QuarantineRow>;
  readonly #markReplayed: Statement<never>;
  readonly #markDiscarded: Statement<never>;
  readonly #faults: Statement<{ n: number }>;
  readonly #held: Statement<{ detail: string }>;
  readonly #resting: Statement<Pick<QuarantineRow, 'device' | 'position' | 'topic' | 'payload'>>;
  readonly #forget: Statement<never>;

  constructor(connection: DatabaseSync, key: Uint8Array) {
    this.#seal = new QuarantineSeal(key);
    this.#put = prepare(
      connection,
      `insert into quarantine (device, received_at, position, topic, dialect, reason, property, detail, payload)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
    );
    this.#byId = prepare(connection, 'select * from quarantine where id = ?');
    this.#markReplayed = prepare(connection, 'update quarantine set replayed_at = ? where id = ?');
    this.#markDiscarded = prepare(connection, 'update quarantine set discarded_at = ? where id = ?');
    this.#held = prepare(
      connection,
      `select detail from quarantine
       where device = ? and dialect = ? and reason = ? and property is ? and replayed_at is null and discarded_at is null
       and received_at = ? and position = ?`,
    );
    this.#resting = prepare(
      connection,
      `select device, position, topic, payload from quarantine
       where device = ? and dialect = ? and reason = ? and property is ? and replayed_at is null and received_at = ?
       and topic = ?`,
    );
    this.#forget = prepare(connection, 'delete from quarantine where device = ?');
    this.#faults = prepare(
      connection,
      `select count(*) as n from quarantine
       where reason = 'fault' and replayed_at is null and discarded_at is null`,
    );
  }

  /** Its id. */
  put(quarantined: Quarantined): number {
    const { device, receivedAt, position: at, topic, dialect, reason, property, detail } = quarantined;
    const sealed = this.#seal.seal(quarantined);
    const row = this.#put.get(device, receivedAt, at, topic, dialect, reason, property, detail, sealed);
    return row?.id ?? 0;
  }
  /** False: one of the same readings is held already. What is told of it before `: history cannot` says which readings they are. */
  putOnce(quarantined: Quarantined): boolean {
    const { detail, device, dialect, position: at, property, reason, receivedAt } = quarantined;
    const held = this.#held.all(device, dialect, reason, property, receivedAt, at);
    if (held.some((row) => readingsSaid(row.detail) === readingsSaid(detail))) return false;
    this.put(quarantined);
    return true;
  }
  /** Whether the same of the same message rests there, held or put away. */
  has({ device, dialect, payload, property, reason, receivedAt, topic }: Quarantined): boolean {
    const rows = this.#resting.all(device, dialect, reason, property, receivedAt, topic);
    return rows.some((row) => this.#seal.open(row).equals(payload));
  }
  /** All of a device, whatever became of it: it holds what the device said. */
  forget(device: string): void {
    this.#forget.run(device);
  }
  byId(id: number): KeptQuarantined | undefined {
    const row = this.#byId.get(id);
    return (
      row && {
        id: row.id,
        device: row.device,
        receivedAt: epochMs(row.received_at),
        position: position(row.position),
        topic: row.topic,
        dialect: row.dialect,
        reason: row.reason,
        property: row.property,
        detail: row.detail,
        payload: this.#seal.open(row),
        isHeld: row.replayed_at === null && row.discarded_at === null,
      }
    );
  }
  markReplayed(id: number, at: EpochMs): void {
    this.#markReplayed.run(at, id);
  }
  markDiscarded(id: number, at: EpochMs): void {
    this.#markDiscarded.run(at, id);
  }
  /** How many are held that Gridbell failed at. */
  faults(): number {
    return this.#faults.get()?.n ?? 0;
  }
}
