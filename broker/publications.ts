import type { PublishPacket } from 'aedes';
import type { Connection } from '#broker/connection.ts';
import type { Intake } from '#broker/intake/intake.ts';
import type { InboxAppender, Urgency } from '#broker/ports.ts';
import type { Refusal } from '#broker/refusals.ts';
import { decidePublish } from '#broker/topic-rights.ts';
import type { DeviceId } from '#model/brand.ts';
import type { Clock } from '#model/clock.ts';
import type { MessageRecord } from '#model/record.ts';

export type Publication =
  | { readonly ok: true; readonly record: MessageRecord; readonly urgency: Urgency }
  | { readonly ok: false; readonly reason: Refusal };

/** What aedes hands over: of a will some fields are missing. */
export type IncomingPacket = Pick<PublishPacket, 'topic' | 'payload'> &
  Partial<Pick<PublishPacket, 'qos' | 'dup' | 'retain' | 'messageId'>>;

/** Turns what clients publish into records of the inbox. */
export class Publications {
  readonly #inbox: InboxAppender;
  readonly #intake: Intake;
  readonly #clock: Clock;
  #records = 0;

  constructor(inbox: InboxAppender, intake: Intake, clock: Clock) {
    this.#inbox = inbox;
    this.#intake = intake;
    this.#clock = clock;
  }

  /** Messages on disk since the start. */
  get records(): number {
    return this.#records;
  }

  /** Whether this connection may say this, and what is recorded of it. */
  decide(connection: Connection, packet: IncomingPacket): Publication {
    const { sender, connect } = connection;
    if (sender === null || connect === null) return { ok: false, reason: 'not-connected' };
    const decision = decidePublish(sender, packet.topic);
    if (!decision.ok) return decision;
    // What a gateway carries may be a smoke detector.
    const maySave = sender.kind === 'device' && (sender.isLifeSafety || sender.isGateway);
    const record = this.#record(connection, connect.clientId, decision.device, packet);
    const isVital = maySave && record.payload.length <= this.#intake.limits.vitalBytes;
    return { ok: true, record, urgency: isVital ? 'vital' : 'ordinary' };
  }

  /** Resolves when it is on disk. */
  async keep({ record, urgency }: Extract<Publication, { ok: true }>, packet: IncomingPacket): Promise<void> {
    // aedes would keep a retained message in memory for ever, for subscribers that may not exist.
    packet.retain = false;
    const bytes = record.payload.length;
    this.#intake.holds(bytes);
    try {
      this.#intake.stored(await this.#inbox.append(record, urgency));
      this.#records++;
    } finally {
      this.#intake.holds(-bytes);
    }
  }

  #record(connection: Connection, client: string, device: DeviceId, packet: IncomingPacket): MessageRecord {
    const at = this.#clock.now();
    const qos = packet.qos ?? 0;
    const retain = packet.retain ?? false;
    return {
      type: 'message',
      at,
      sender: device,
      client,
      topic: packet.topic,
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      qos,
      dup: packet.dup ?? false,
      retain,
      messageId: qos === 0 ? 0 : (packet.messageId ?? 0),
      state: retain && connection.isStateAt(at),
    };
  }
}
