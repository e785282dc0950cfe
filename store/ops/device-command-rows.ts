import type { DatabaseSync } from 'node:sqlite';
import { type DeviceId, durationMs, type EpochMs, epochMs } from '#model/brand.ts';
import type {
  CommandVia,
  DeviceCommand,
  DeviceCommandReply,
  DeviceCommandState,
  WithdrawnBecause,
} from '#model/device-command.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

interface Row {
  seq: number;
  device: DeviceId;
  id: string;
  command: string;
  args: string;
  expires_in: number;
  asked_by: string;
  asked_at: number;
  expires_at: number;
  state: DeviceCommandState;
  sent_at: number | null;
  delivered_at: number | null;
  answered_at: number | null;
  ended_at: number | null;
  reply: string | null;
  via: string | null;
  once: 0 | 1;
  because: WithdrawnBecause | null;
}

/** How many wait, and when the first of them expires; null: none waits. */
export interface Queue {
  readonly length: number;
  readonly firstExpiry: EpochMs | null;
}

type OpenCommand = Pick<DeviceCommand, 'device' | 'id' | 'once' | 'state'>;

const open = `state in ('waiting', 'sent')`;
const unanswered = `via is not null and reply is null and state in ('waiting', 'sent', 'delivered')`;
/** So many at most are looked at for each that is added. */
const trimmedAtOnce = 20;

/** Commands to devices; all look-ups by index. */
export class DeviceCommandRows {
  readonly #get: Statement<Row>;
  readonly #page: Statement<Row>;
  readonly #due: Statement<Row>;
  readonly #openOf: Statement<Pick<Row, 'device' | 'id' | 'once' | 'state'>>;
  readonly #allOpen: Statement<Row>;
  readonly #last: Statement<{ seq: number }>;
  readonly #openTo: Statement<{ id: string }>;
  readonly #unanswered: Statement<Row>;
  readonly #unansweredDevices: Statement<{ device: DeviceId }>;
  readonly #queue: Statement<Queue>;
  readonly #nextExpiry: Statement<{ expires_at: number }>;
  readonly #add: Statement<never>;
  readonly #change: Statement<never>;
  readonly #trim: Statement<never>;

  constructor(connection: DatabaseSync) {
    const select = (rest: string) => prepare<Row>(connection, `select * from device_commands where ${rest}`);
    this.#get = select('device = ? and id = ?');
    this.#page = select('device = ? and seq < ? order by seq desc limit ?');
    this.#openOf = prepare(
      connection,
      `select device, id, once, state from device_commands
       where carrier = ? and ${open} and expires_at > ? and not (once = 1 and (state = 'sent' or seq <= ?)) order by seq`,
    );
    this.#allOpen = select(`${open} order by seq`);
    this.#due = select(`${open} and expires_at <= ? order by expires_at, seq`);
    this.#last = prepare(connection, 'select seq from device_commands order by seq desc limit 1');
    this.#openTo = prepare(
      connection,
      `select id from device_commands where device = ? and ${open} order by seq`,
    );
    this.#unanswered = select(`device = ? and ${unanswered} order by seq`);
    this.#unansweredDevices = prepare(
      connection,
      `select distinct device from device_commands where ${unanswered}`,
    );
    this.#queue = prepare(
      connection,
      `select count(*) as length, min(expires_at) as firstExpiry from device_commands where device = ? and ${open}`,
    );
    this.#nextExpiry = prepare(
      connection,
      `select expires_at from device_commands where ${open} order by expires_at limit 1`,
    );
    this.#add = prepare(
      connection,
      `insert into device_commands
         (device, id, command, args, expires_in, asked_by, asked_at, expires_at, state, carrier, via, once)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)`,
    );
    this.#change = prepare(
      connection,
      `update device_commands set expires_at = ?, state = ?, sent_at = ?, delivered_at = ?, answered_at = ?,
         ended_at = ?, reply = ?, carrier = ?, via = ?, because = ? where device = ? and id = ?`,
    );
    this.#trim = prepare(
      connection,
      `delete from device_commands where asked_at < ? and not ${open}
       and seq in (select seq from device_commands order by seq limit ${trimmedAtOnce})`,
    );
  }

  get(device: string, id: string): DeviceCommand | undefined {
    const row = this.#get.get(device, id);
    return row && commandFrom(row);
  }
  /** Newest first. */
  page(device: string, { cursor, limit }: PageRequest): Page<DeviceCommand> {
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberAfter(cursor);
    const rows = this.#page.all(device, before, limit + 1);
    return pageOf(rows, limit, { keyOf: (row) => row.seq, item: commandFrom });
  }
  /**
   * Those that are to go out over the connections of `carrier`, in order; none that has expired at `now`, and of those that are sent
   * once only what was asked for behind `since`.
   */
  openOf(carrier: string, now: EpochMs, since: number): OpenCommand[] {
    return this.#openOf.all(carrier, now, since).map((row) => ({ ...row, once: row.once === 1 }));
  }
  /** The number of the newest. */
  last(): number {
    return this.#last.get()?.seq ?? 0;
  }
  /** Those to the device itself, over whosever connections; also what has expired, or was sent and is sent once. */
  openTo(device: string): string[] {
    return this.#openTo.all(device).map(({ id }) => id);
  }
  /** Those of the device that went out through a gateway, and that nobody answered; the first asked first. */
  unansweredOf(device: string): DeviceCommand[] {
    return this.#unanswered.all(device).map(commandFrom);
  }
  /** Who has such. */
  unansweredDevices(): DeviceId[] {
    return this.#unansweredDevices.all().map(({ device }) => device);
  }
  allOpen(): DeviceCommand[] {
    return this.#allOpen.all().map(commandFrom);
  }
  /** Those of one device that are open. */
  queue(device: string): Queue {
    return { length: 0, firstExpiry: null, ...this.#queue.get(device) };
  }
  /** When the first of those that are open expires. */
  nextExpiry(): EpochMs | undefined {
    const row = this.#nextExpiry.get();
    return row && epochMs(row.expires_at);
  }
  /** Those that have expired at `at` and do not know it yet, in the order in which they did. */
  due(at: EpochMs): DeviceCommand[] {
    return this.#due.all(at).map(commandFrom);
  }

  /** A new one, waiting. */
  add(command: DeviceCommand): void {
    const { args, askedAt, askedBy, device, expiresAt, expiresInMs, id, once, via } = command;
    this.#add.run(
      device,
      id,
      command.command,
      JSON.stringify(args),
      expiresInMs,
      askedBy,
      askedAt,
      expiresAt,
      via?.carrier ?? device,
      via && JSON.stringify(via),
      once ? 1 : 0,
    );
  }
  /** What can change of it: its state and times, when it expires, its reply, how it goes out. */
  change(command: DeviceCommand): void {
    const { answeredAt, because, deliveredAt, device, endedAt, expiresAt, id, reply, sentAt, state, via } =
      command;
    this.#change.run(
      expiresAt,
      state,
      sentAt,
      deliveredAt,
      answeredAt,
      endedAt,
      reply && JSON.stringify(reply),
      via?.carrier ?? device,
      via && JSON.stringify(via),
      because,
      device,
      id,
    );
  }
  /** Deletes some of the oldest, of those that were asked for before `before` and are over. */
  trim(before: EpochMs): void {
    this.#trim.run(before);
  }
}

const time = (at: number | null): EpochMs | null => (at === null ? null : epochMs(at));

const commandFrom = (row: Row): DeviceCommand => ({
  device: row.device,
  id: row.id,
  command: row.command,
  args: parsed<Readonly<Record<string, unknown>>>(row.args),
  expiresInMs: durationMs(row.expires_in),
  askedBy: row.asked_by,
  askedAt: epochMs(row.asked_at),
  expiresAt: epochMs(row.expires_at),
  state: row.state,
  sentAt: time(row.sent_at),
  deliveredAt: time(row.delivered_at),
  answeredAt: time(row.answered_at),
  endedAt: time(row.ended_at),
  reply: row.reply === null ? null : parsed<DeviceCommandReply>(row.reply),
  via: row.via === null ? null : parsed<CommandVia>(row.via),
  once: row.once === 1,
  because: row.because,
});
