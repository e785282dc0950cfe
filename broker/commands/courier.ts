import type { InFlight } from '#broker/commands/in-flight.ts';
import type { BrokerLog, CommandSource, InboxAppender, OpenCommand } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { DeliveryRecord } from '#model/record.ts';

/** Commands that one connection has and did not acknowledge; as many as brokers commonly allow themselves. */
export const mostInFlight = 20;

/** A connection that may get commands: of a device, or of a gateway to those whom it carries. */
export interface Receiver {
  readonly device: DeviceId;
  /** Lives as long as the session. */
  readonly inFlight: InFlight;
  /** Of its subscription to the topic (null: its own command topic): at 0 nothing is acknowledged; undefined: it has none. */
  qos(topic: string | null): 0 | 1 | undefined;
  /** Writes a PUBLISH with a command to it. */
  send(packet: {
    readonly topic: string | null;
    readonly payload: string;
    readonly qos: 0 | 1;
    readonly messageId: number;
    readonly dup: boolean;
  }): void;
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
  /** By carrier, with what each connection was sent. */
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
    const key = inFlight.settle(messageId);
    if (key !== undefined) void this.#tell(device, key, 'delivered');
  }

  #carry(device: DeviceId): void {
    const { commands, log } = this.#parts;
    try {
      const open = commands.open(device);
      const delivered = this.#told.get(device)?.delivered;
      const due = open.filter((command) => !delivered?.has(keyOf(command)));
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
    const { device: carrier, inFlight } = receiver;
    let room = mostInFlight;
    for (const command of due) {
      const key = keyOf(command);
      const isAgain = inFlight.has(key);
      if (isAgain) room--;
      if (sent.has(key)) continue;
      const packet = this.#parts.commands.packet(command.device, command.id);
      const qos = packet && receiver.qos(packet.topic);
      if (packet === undefined || qos === undefined) continue;
      const isCounted = qos === 1;
      if (isCounted && !isAgain && room-- <= 0) return;
      sent.add(key);
      if (command.once) {
        this.#sendOnce(receiver, command);
        continue;
      }
      receiver.send({
        ...packet,
        qos,
        messageId: isCounted ? inFlight.take(key) : 0,
        dup: isCounted && isAgain,
      });
      if (command.state === 'waiting') void this.#tell(carrier, key, 'sent');
    }
  }

  /**
   * That it went out is on disk before it does: whoever is killed, or connects anew, in between, it goes out once at most, and over
   * one connection.
   */
  #sendOnce(receiver: Receiver, command: OpenCommand): void {
    const { device: carrier } = receiver;
    const key = keyOf(command);
    if (this.#told.get(carrier)?.sent.has(key)) return;
    this.#tell(carrier, key, 'sent')
      .then((isOnDisk) => {
        if (isOnDisk) this.#sendNow(receiver, command);
      })
      .catch((error: unknown) =>
        this.#parts.log.error({ device: command.device, error: messageOf(error) }, 'a command was not sent'),
      );
  }

  /** Over the connection that was meant, or another one of the carrier's where that has ended. Not after its time. */
  #sendNow(meant: Receiver, command: OpenCommand): void {
    const packet = this.#parts.commands.packet(command.device, command.id);
    if (packet === undefined) return;
    const there = [...(this.#receivers.get(meant.device)?.keys() ?? [])];
    for (const receiver of there.includes(meant) ? [meant] : there) {
      const qos = receiver.qos(packet.topic);
      if (qos === undefined) continue;
      const messageId = qos === 1 ? receiver.inFlight.take(keyOf(command)) : 0;
      receiver.send({ ...packet, qos, messageId, dup: false });
      return;
    }
  }

  /** Answers whether it is on disk. */
  async #tell(carrier: DeviceId, key: string, reached: DeliveryRecord['reached']): Promise<boolean> {
    const { clock, inbox, log } = this.#parts;
    const told = this.#told.get(carrier) ?? { sent: new Set(), delivered: new Set() };
    this.#told.set(carrier, told);
    if (told[reached].has(key)) return false;
    told[reached].add(key);
    const [device, command] = partsOf(key);
    try {
      const record: DeliveryRecord = { type: 'delivery', at: clock.now(), device, command, reached };
      await inbox.append(record, 'vital');
      return true;
    } catch (error) {
      // It goes out again on the next connection, and is acknowledged again.
      told[reached].delete(key);
      this.#tidy(carrier);
      log.error({ device, command, reached, error: messageOf(error) }, 'a delivery was not recorded');
      return false;
    }
  }

  /** What the ops store knows by now. */
  #forget(device: DeviceId, open: readonly OpenCommand[]): void {
    const told = this.#told.get(device);
    if (!told) return;
    const states = new Map(open.map((command) => [keyOf(command), command.state]));
    for (const key of told.sent) if (states.get(key) !== 'waiting') told.sent.delete(key);
    for (const key of told.delivered) if (!states.has(key)) told.delivered.delete(key);
    this.#tidy(device);
  }

  #tidy(device: DeviceId): void {
    const told = this.#told.get(device);
    if (told && told.sent.size + told.delivered.size === 0) this.#told.delete(device);
  }
}

/** Ids of commands are unique for their device; no id of a device has a blank. */
const keyOf = ({ device, id }: OpenCommand): string => `${device} ${id}`;
function partsOf(key: string): readonly [device: DeviceId, command: string] {
  const end = key.indexOf(' ');
  return [key.slice(0, end) as DeviceId, key.slice(end + 1)];
}
