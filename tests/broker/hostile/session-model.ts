import { expect } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import { community, type MemoryInbox, RawClient } from '#tests/broker/support/broker-under-test.ts';
import { fc } from '#tests/support/properties.ts';

export const clientIds = ['a', 'b'] as const;
type ClientId = (typeof clientIds)[number];
const device = 'smoke-1';

/** What should be true of one client id. */
interface ModelSession {
  connected: 'clean' | 'kept' | null;
  /** It stays while the client is away. */
  isSubscribed: boolean;
  isKept: boolean;
}

/** What should be true of the broker: sessions, and what stands in the inbox in the order in which it was acknowledged. */
export interface Model {
  readonly sessions: Record<ClientId, ModelSession>;
  readonly recorded: { payload: string; client: ClientId; qos: number; dup: boolean; messageId: number }[];
  readonly presence: boolean[];
  sent: number;
}
export interface Real {
  readonly broker: Broker;
  readonly inbox: MemoryInbox;
  readonly clients: Map<ClientId, RawClient>;
}
type Command = fc.AsyncCommand<Model, Real>;

const away = (): ModelSession => ({ connected: null, isSubscribed: false, isKept: false });
export const emptyModel = (): Model => ({
  sessions: { a: away(), b: away() },
  recorded: [],
  presence: [],
  sent: 0,
});

const isOnline = (model: Model): boolean => clientIds.some((id) => model.sessions[id].connected !== null);

/** Presence comes behind the event that it tells of; the inbox tells when. */
async function presenceAgrees(model: Model, { inbox }: Real): Promise<void> {
  if (model.presence.at(-1) !== isOnline(model) && (isOnline(model) || model.presence.length > 0))
    model.presence.push(isOnline(model));
  await inbox.until((all) => all.presence.length >= model.presence.length);
  expect(inbox.presence.map(({ online }) => online)).toEqual(model.presence);
}

function clientOf(real: Real, id: ClientId): RawClient {
  const client = real.clients.get(id);
  if (!client) throw new Error(`${id} is not connected`);
  return client;
}

class Connect implements Command {
  readonly id: ClientId;
  readonly clean: boolean;
  constructor(id: ClientId, clean: boolean) {
    this.id = id;
    this.clean = clean;
  }
  check(): boolean {
    return true;
  }
  /** Also while it is connected: then the new connection takes the old one's place. */
  async run(model: Model, real: Real): Promise<void> {
    const session = model.sessions[this.id];
    const before = real.clients.get(this.id);
    const client = new RawClient(real.broker.mqttPort);
    real.clients.set(this.id, client);
    client.sendConnect(device, { clean: this.clean, clientId: this.id });
    const isPresent = !this.clean && session.isKept && session.isSubscribed;
    expect(await client.next('connack')).toMatchObject({ returnCode: 0, sessionPresent: isPresent });
    await before?.closed();
    if (this.clean || !session.isKept) session.isSubscribed = false;
    session.isKept = !this.clean;
    session.connected = this.clean ? 'clean' : 'kept';
    await presenceAgrees(model, real);
  }
  toString = () => `${this.id} connects, ${this.clean ? 'clean' : 'to stay'}`;
}

class Publish implements Command {
  readonly id: ClientId;
  readonly message: { readonly qos: 0 | 1 | 2; readonly messageId: number; readonly dup: boolean };
  constructor(id: ClientId, message: Publish['message']) {
    this.id = id;
    this.message = message;
  }
  check(model: Readonly<Model>): boolean {
    return model.sessions[this.id].connected !== null;
  }
  /** A repeat stands in the inbox again: ingest knows it by its message id. */
  async run(model: Model, real: Real): Promise<void> {
    const { dup, messageId, qos } = this.message;
    const payload = `message ${++model.sent}`;
    const client = clientOf(real, this.id);
    const sent = { qos, dup: dup && qos > 0, ...(qos > 0 ? { messageId } : {}) };
    client.publish(`gridbell/${community}/${device}/telemetry`, payload, sent);
    model.recorded.push({ payload, client: this.id, qos, dup: sent.dup, messageId: qos > 0 ? messageId : 0 });
    if (qos > 0) expect(await client.next(qos === 1 ? 'puback' : 'pubrec')).toMatchObject({ messageId });
    else await real.inbox.until((all) => all.messages.length >= model.recorded.length);
    // At the time of the acknowledgement, not some time later.
    expect(recordedBy(real.inbox)).toEqual(model.recorded);
  }
  toString = () => `${this.id} publishes ${JSON.stringify(this.message)}`;
}

class Release implements Command {
  readonly id: ClientId;
  readonly messageId: number;
  constructor(id: ClientId, messageId: number) {
    this.id = id;
    this.messageId = messageId;
  }
  check(model: Readonly<Model>): boolean {
    return model.sessions[this.id].connected !== null;
  }
  async run(_: Model, real: Real): Promise<void> {
    const client = clientOf(real, this.id);
    client.send({ cmd: 'pubrel', messageId: this.messageId });
    expect(await client.next('pubcomp')).toMatchObject({ messageId: this.messageId });
  }
  toString = () => `${this.id} releases ${this.messageId}`;
}

class Subscribe implements Command {
  readonly id: ClientId;
  readonly isOwn: boolean;
  constructor(id: ClientId, isOwn: boolean) {
    this.id = id;
    this.isOwn = isOwn;
  }
  check(model: Readonly<Model>): boolean {
    return model.sessions[this.id].connected !== null;
  }
  async run(model: Model, real: Real): Promise<void> {
    const client = clientOf(real, this.id);
    const topic = `gridbell/${community}/${this.isOwn ? device : 'smoke-2'}/command`;
    client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic, qos: 1 }] });
    expect(await client.next('suback')).toMatchObject({ messageId: 9, granted: [this.isOwn ? 1 : 128] });
    if (this.isOwn) model.sessions[this.id].isSubscribed = true;
  }
  toString = () => `${this.id} subscribes to ${this.isOwn ? 'its' : "another's"} commands`;
}

class Leave implements Command {
  readonly id: ClientId;
  readonly how: 'disconnect' | 'reset' | 'forbidden topic' | 'second connect';
  constructor(id: ClientId, how: Leave['how']) {
    this.id = id;
    this.how = how;
  }
  check(model: Readonly<Model>): boolean {
    return model.sessions[this.id].connected !== null;
  }
  async run(model: Model, real: Real): Promise<void> {
    const client = clientOf(real, this.id);
    switch (this.how) {
      case 'disconnect':
        client.send({ cmd: 'disconnect' });
        break;
      case 'reset':
        client.socket.resetAndDestroy();
        break;
      case 'forbidden topic':
        client.publish(`gridbell/${community}/smoke-2/telemetry`, 'forbidden', { qos: 1, messageId: 77 });
        break;
      case 'second connect':
        client.sendConnect(device, { clientId: this.id });
        break;
    }
    await client.closed();
    expect(client.packets).toEqual([]);
    real.clients.delete(this.id);
    const session = model.sessions[this.id];
    session.connected = null;
    if (!session.isKept) session.isSubscribed = false;
    await presenceAgrees(model, real);
  }
  toString = () => `${this.id} leaves by ${this.how}`;
}

const recordedBy = (inbox: MemoryInbox): Model['recorded'] =>
  inbox.messages.map(({ client, dup, messageId, payload, qos }) => ({
    payload: Buffer.from(payload).toString(),
    client: client as ClientId,
    qos,
    dup,
    messageId,
  }));

const id = fc.constantFrom(...clientIds);
const messageId = fc.integer({ min: 1, max: 4 });
const message = fc.record({
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
  messageId,
  dup: fc.boolean(),
});

/** Anything that a device with two client ids may do, in any order. */
export const sessionCommands = fc.commands<Model, Real, false>(
  [
    fc.tuple(id, fc.boolean()).map(([who, clean]) => new Connect(who, clean)),
    fc.tuple(id, message).map(([who, what]) => new Publish(who, what)),
    fc.tuple(id, message).map(([who, what]) => new Publish(who, what)),
    fc.tuple(id, messageId).map(([who, which]) => new Release(who, which)),
    fc.tuple(id, fc.boolean()).map(([who, isOwn]) => new Subscribe(who, isOwn)),
    fc
      .tuple(id, fc.constantFrom<Leave['how'][]>('disconnect', 'reset', 'forbidden topic', 'second connect'))
      .map(([who, how]) => new Leave(who, how)),
  ],
  { maxCommands: 40, size: 'max' },
);
