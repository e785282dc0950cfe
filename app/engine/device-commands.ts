import { isDeepStrictEqual } from 'node:util';
import { routeOf } from '#app/engine/command-orders.ts';
import type { SaidReply } from '#ingest/dialects/dialect.ts';
import type { CommandReply } from '#ingest/ingested.ts';
import { type DeviceId, day, type EpochMs, epochMs, type PlaceId, plus, second } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import {
  answerGraceMs,
  type DeviceCommand,
  isOpen,
  newDeviceCommand,
  type WithdrawnBecause,
} from '#model/device-command.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Actor, DeliveryRecord } from '#model/record.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

/** Commands that may wait for one device. */
export const mostOpen = 100;
/** How long it is known what became of a command. */
const keptMs = 30 * day;
const longestError = 500;

/** What became of a reply; `late`: the command was over; `unknown`: the device was never asked that. */
export const replyVerdicts = ['taken', 'late', 'repeated', 'unknown', 'unreadable'] as const;
export type ReplyVerdict = (typeof replyVerdicts)[number];

export interface DeviceCommandsParts {
  readonly ops: OpsWriter;
  readonly configuration: Configuration;
  /** Called before something is written; nothing happens when a transaction is open. */
  readonly begin: () => void;
  /** It is new or changed; `isState`: it came into the state that it has. */
  readonly changed: (command: DeviceCommand, isState: boolean) => void;
}

type Ask = Command & { readonly name: 'command-device' };

/**
 * The commands to devices. All of it is in the ops store; of time only the next expiry is kept at hand, since it is asked
 * for at every record.
 */
export class DeviceCommands {
  readonly #parts: DeviceCommandsParts;
  #nextExpiry: EpochMs | undefined;
  /** Of whom a gateway's dialect may tell what became of a command: states are told all the time, and are asked about for nobody else. */
  readonly #awaiting: Set<DeviceId>;

  constructor(parts: DeviceCommandsParts) {
    this.#parts = parts;
    this.#nextExpiry = parts.ops.deviceCommands.nextExpiry();
    this.#awaiting = new Set(parts.ops.deviceCommands.unansweredDevices());
  }

  /** The same again (device, id and body) answers what stands, and changes nothing. */
  ask(
    { args, command, confirmed, device, expiresInMs, id }: Ask,
    actor: Actor,
    now: EpochMs,
  ): Outcome<DeviceCommand> {
    const { configuration, ops } = this.#parts;
    const known = configuration.device(device);
    if (!known) return fail('not-found', `there is no device ${device}`);
    const standing = ops.deviceCommands.get(device, id);
    if (standing) {
      const isSame =
        // As they are kept: the store has no half of a surrogate pair, and JSON no -0.
        standing.command === command.toWellFormed() &&
        standing.expiresInMs === expiresInMs &&
        isDeepStrictEqual(standing.args, JSON.parse(JSON.stringify(args)));
      return isSame
        ? succeed(standing)
        : fail('already-exists', `the device ${device} was given another command with the id ${id}`);
    }
    const isConfirmed = confirmed !== undefined;
    const route = routeOf({ device: known, id, command, args, expiresInMs, isConfirmed }, configuration);
    if (!route.ok) return route;
    const { firstExpiry, length } = ops.deviceCommands.queue(device);
    if (length >= mostOpen)
      return fail(
        'too-many-requests',
        `${length} commands wait for the device ${device}, which has not acknowledged them: withdraw some, or ask again when they have expired`,
        { waiting: length, retryAfterSeconds: Math.ceil(((firstExpiry ?? now) - now) / second) },
      );
    const asked = newDeviceCommand({
      device,
      id,
      command,
      args,
      expiresInMs,
      askedBy: actor.id,
      askedAt: now,
      ...route.value,
    });
    if (asked.via !== null) this.#awaiting.add(device);
    ops.deviceCommands.trim(epochMs(now - keptMs));
    ops.deviceCommands.add(asked);
    this.#tell(asked, now, true);
    return succeed(asked);
  }

  /** It may have reached the device when it was sent already; then `sentAt` says so. */
  withdraw(
    device: DeviceId,
    id: string,
    now: EpochMs,
    because: WithdrawnBecause | null = null,
  ): Outcome<DeviceCommand> {
    const standing = this.#parts.ops.deviceCommands.get(device, id);
    if (!standing) return fail('not-found', `the device ${device} was given no command ${id}`);
    if (!isOpen(standing))
      return fail('wrong-state', `the command ${id} is ${standing.state} and cannot be withdrawn`, {
        state: standing.state,
      });
    return succeed(this.#change(standing, { state: 'withdrawn', endedAt: now, because }, now));
  }

  /** Its gateway has another name for it: what waits is written anew for that, or withdrawn where it cannot be said there. */
  readdressed(device: DeviceId, now: EpochMs): void {
    const { configuration, ops } = this.#parts;
    const known = configuration.device(device);
    for (const id of ops.deviceCommands.openTo(device)) {
      const standing = ops.deviceCommands.get(device, id);
      if (!standing?.via || !known) continue;
      const { args, command, expiresInMs } = standing;
      // Whoever had to confirm it has: it is the same thing.
      const route = routeOf(
        { device: known, id, command, args, expiresInMs, isConfirmed: true },
        configuration,
      );
      if (route.ok) this.#change(standing, { via: route.value.via }, now);
      else this.withdraw(device, id, now, 'renamed');
    }
  }

  /** The thing that they were meant for is not there any more; while the place of the device is still known. */
  withdrawAllOf(device: DeviceId, now: EpochMs, because: WithdrawnBecause): void {
    const { deviceCommands } = this.#parts.ops;
    for (const id of deviceCommands.openTo(device)) this.withdraw(device, id, now, because);
  }

  /** The broker sent it, or the device acknowledged it. One that is over stays so, and shows when it happened. */
  reached({ command: id, device, reached }: DeliveryRecord, now: EpochMs): void {
    const standing = this.#parts.ops.deviceCommands.get(device, id);
    if (!standing) return;
    const { deliveredAt, state } = standing;
    const sentAt = standing.sentAt ?? now;
    if (reached === 'sent') {
      if (standing.sentAt !== null) return;
      this.#change(standing, { sentAt, state: state === 'waiting' ? 'sent' : state }, now);
    } else if (deliveredAt === null)
      this.#change(
        standing,
        { sentAt, deliveredAt: now, state: isOpen(standing) ? 'delivered' : state },
        now,
      );
  }

  /** What a device says that it made of a command. The first word counts. Null: a state that no command waits for. */
  replied(reply: CommandReply, now: EpochMs): ReplyVerdict | null {
    if ('said' in reply) return this.#said(reply.device, reply.said, now);
    const { device, payload } = reply;
    const { error, id, ok } = payload;
    if (typeof id !== 'string' || typeof ok !== 'boolean') return 'unreadable';
    const standing = this.#parts.ops.deviceCommands.get(device, id);
    if (!standing) return 'unknown';
    if (standing.reply !== null) return 'repeated';
    return this.#answered(standing, { ok, error }, now);
  }

  /** A gateway's dialect has no id of ours: of those that wait for such an answer it is the oldest that is there by now. */
  #said(device: DeviceId, { error, key, ok }: SaidReply, now: EpochMs): ReplyVerdict | null {
    if (!this.#awaiting.has(device)) return null;
    // What a thing says is no answer of the one before it.
    const since = Date.parse(this.#parts.configuration.device(device)?.former?.at(-1)?.until ?? '');
    const waiting = this.#parts.ops.deviceCommands
      .unansweredOf(device)
      .filter(({ askedAt, expiresAt }) => now <= plus(expiresAt, answerGraceMs) && !(askedAt < since));
    if (waiting.length === 0) this.#awaiting.delete(device);
    const standing = waiting.find(
      ({ sentAt, via }) => sentAt !== null && (ok ? via?.answered : via?.failed) === key,
    );
    return standing ? this.#answered(standing, { ok, error }, now) : null;
  }

  #answered(
    standing: DeviceCommand,
    { error, ok }: { readonly ok: boolean; readonly error: unknown },
    now: EpochMs,
  ): ReplyVerdict {
    const isOver = standing.state === 'expired' || standing.state === 'withdrawn';
    const reply = { ok, error: typeof error === 'string' ? error.slice(0, longestError) : null };
    const state = isOver ? standing.state : 'answered';
    this.#change(standing, { state, reply, answeredAt: now }, now);
    return isOver ? 'late' : 'taken';
  }

  nextDue(): EpochMs | undefined {
    return this.#nextExpiry;
  }

  /** Time is `to`: what has expired by then, expires. */
  advance(to: EpochMs): void {
    if (this.#nextExpiry === undefined || this.#nextExpiry > to) return;
    for (const command of this.#parts.ops.deviceCommands.due(to))
      this.#change(command, { state: 'expired', endedAt: to }, to);
  }

  /** The clock was set back to `to`: nothing waits longer from there than its whole length (docs/decisions/044). */
  setBack(to: EpochMs): void {
    for (const command of this.#parts.ops.deviceCommands.allOpen()) {
      const latest = plus(to, command.expiresInMs);
      if (command.expiresAt > latest) this.#change(command, { expiresAt: latest }, to);
    }
  }

  #change(before: DeviceCommand, change: Partial<DeviceCommand>, now: EpochMs): DeviceCommand {
    const command = { ...before, ...change };
    this.#parts.begin();
    this.#parts.ops.deviceCommands.change(command);
    this.#tell(command, now, command.state !== before.state);
    return command;
  }

  #tell(command: DeviceCommand, now: EpochMs, isState: boolean): void {
    const { changed, configuration, ops } = this.#parts;
    this.#nextExpiry = ops.deviceCommands.nextExpiry();
    const place: PlaceId | undefined = configuration.device(command.device)?.place;
    if (place !== undefined) ops.emit({ topic: 'device-commands', at: now, place, body: command });
    changed(command, isState);
  }
}
