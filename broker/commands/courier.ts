import type { InFlight } from '#broker/commands/in-flight.ts';
import type { BrokerLog, CommandSource, InboxAppender, OpenCommand } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { DeliveryRecord } from '#model/record.ts';

/** Commands that one connection has and did not acknowledge; as many as brokers commonly allow themselves. */
export const mostInFlight = 20;

/** A connection that is subscribed to its device's command topic. */
export interface Receiver {
  readonly device: DeviceId;
  /** Lives as long as the session. */
  readonly inFlight: InFlight;
  /** Of its subscription: at 0 nothing is acknowledged. */
  qos(): 0 | 1;
  /** Writes a PUBLISH with a command to it. */
  send(packet: { readonly payload: string; readonly messageId: number; readonly dup: boolean }): void;
}

export interface CourierParts {
  readonly commands: CommandSource;
  readonly inbox: InboxAppender;
  readonly clock: Clock;
  readonly log: BrokerLog;
}

/** Told to the inbox, until the ops store says so too. */
type Told = Readonly<Record<DeliveryRecord['reached'], Set<string>>>;

/**
 * Carries commands from the ops store to the devices. It keeps none: at each occasion it reads what is open for the
 * device, and what is not acknowledged goes out again on the next connection. What it did goes into the inbox.
 */
export class Courier {
  readonly #parts: CourierParts;
  /** With the ids of what each was sent. */
  readonly #receivers = new Map<DeviceId, Map<Receiver, Set<string>>>();
  readonly #told = new Map<DeviceId, Told>();
  /** Whose commands could not be read when there was an occasion. */
  readonly #unread = new Set<DeviceId>();

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** The connection is there and subscribed: it gets what is open. A second time changes nothing. */
  opened(receiver: Receiver): void {
    const receivers = this.#receivers.get(receiver.device) ?? new Map<Receiver, Set<string>>();
    this.#receivers.set(receiver.device, receivers);
    if (!receivers.has(receiver)) receivers.set(receiver, new Set());
    this.#carry(receiver.device);
  }

  /** The connection has ended, or is not subscribed any more. */
  closed(receiver: Receiver): void {
    const receivers = this.#receivers.get(receiver.device);
    receivers?.delete(receiver);
    if (receivers?.size === 0) this.#receivers.delete(receiver.device);
  }

  /** Commands to these devices have changed in the ops store. */
  changed(devices: Iterable<DeviceId>): void {
    for (const device of devices)
      if (this.#receivers.has(device) || this.#told.has(device)) this.#carry(device);
  }

  /** Reads again what could not be read. To be called about once a second. */
  catchUp(): void {
    for (const device of this.#unread) this.#carry(device);
  }

  /** A PUBACK; one that is for no command is passed over. What waited for it goes out when the ops store has it. */
  acknowledged({ device, inFlight }: Receiver, messageId: number): void {
    const command = inFlight.settle(messageId);
    if (command !== undefined) this.#tell(device, command, 'delivered');
  }

  #carry(device: DeviceId): void {
    const { commands, log } = this.#parts;
    try {
      const open = commands.open(device);
      const delivered = this.#told.get(device)?.delivered;
      const due = open.filter(({ id }) => !delivered?.has(id));
      for (const [receiver, sent] of this.#receivers.get(device) ?? []) this.#send(receiver, sent, due);
      this.#forget(device, open);
      this.#unread.delete(device);
    } catch (error) {
      if (this.#unread.has(device)) return;
      this.#unread.add(device);
      log.error({ device, error: messageOf(error) }, 'commands to a device could not be read; tried again');
    }
  }

  /** In the order in which they were asked for, as far as the connection may have more. */
  #send(receiver: Receiver, sent: Set<string>, due: readonly OpenCommand[]): void {
    const { device, inFlight } = receiver;
    const isCounted = receiver.qos() === 1;
    let room = mostInFlight;
    for (const { id, state } of due) {
      const isAgain = inFlight.has(id);
      if (isAgain) room--;
      if (sent.has(id)) continue;
      if (isCounted && !isAgain && room-- <= 0) return;
      const payload = this.#parts.commands.payload(device, id);
      if (payload === undefined) continue;
      sent.add(id);
      receiver.send({ payload, messageId: isCounted ? inFlight.take(id) : 0, dup: isCounted && isAgain });
      if (state === 'waiting') this.#tell(device, id, 'sent');
    }
  }

  #tell(device: DeviceId, command: string, reached: DeliveryRecord['reached']): void {
    const { clock, inbox, log } = this.#parts;
    const told = this.#told.get(device) ?? { sent: new Set(), delivered: new Set() };
    this.#told.set(device, told);
    if (told[reached].has(command)) return;
    told[reached].add(command);
    const failed = (error: unknown): void => {
      // It goes out again on the next connection, and is acknowledged again.
      told[reached].delete(command);
      this.#tidy(device);
      log.error({ device, command, reached, error: messageOf(error) }, 'a delivery was not recorded');
    };
    try {
      const record: DeliveryRecord = { type: 'delivery', at: clock.now(), device, command, reached };
      inbox.append(record, 'vital').catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** What the ops store knows by now. */
  #forget(device: DeviceId, open: readonly OpenCommand[]): void {
    const told = this.#told.get(device);
    if (!told) return;
    const states = new Map(open.map(({ id, state }) => [id, state]));
    for (const id of told.sent) if (states.get(id) !== 'waiting') told.sent.delete(id);
    for (const id of told.delivered) if (!states.has(id)) told.delivered.delete(id);
    this.#tidy(device);
  }

  #tidy(device: DeviceId): void {
    const told = this.#told.get(device);
    if (told && told.sent.size + told.delivered.size === 0) this.#told.delete(device);
  }
}
