import { randomUUID } from 'node:crypto';
import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import { type Authenticators, identify } from '#broker/authentication.ts';
import type { Connection } from '#broker/connection.ts';
import type { BrokerLog } from '#broker/ports.ts';
import type { Presence } from '#broker/presence.ts';
import type { Publications } from '#broker/publications.ts';
import type { Refusal, Refusals } from '#broker/refusals.ts';
import {
  commandPublisher,
  decidePublish,
  decideSubscribe,
  isOwnTopic,
  mayReceive,
  type Sender,
  scopedClientId,
} from '#broker/topic-rights.ts';
import { type Clock, stopwatch } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';

export interface HookParts {
  readonly authenticators: Authenticators;
  readonly publications: Publications;
  readonly presence: Presence;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: BrokerLog;
  readonly connectionOf: (client: Client | null) => Connection | undefined;
  /** Hardly any connections are left: who has some already gets none of the last. */
  readonly isCrowded: () => boolean;
  /** Asked for a client whose session outlives its connection: why it may not come in. */
  readonly admitSession: (clientId: string) => Refusal | null;
  /** A message of QoS 1 or 2 is acknowledged so long after it was read. */
  readonly acknowledged: (tookMs: number) => void;
  /** The broker is stopping: wills are not what happened to a device. */
  readonly isClosing: () => boolean;
}

type Hooks = Required<
  Pick<
    AedesOptions,
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
  >
>;

/** As many as a device may need, for one that reconnects before its old connections are found dead. */
const fewConnections = 8;

/** Return codes of CONNACK [MQTT-3.2.2-4]. */
const returnCode = { identifier: 2, unavailable: 3, credentials: 4, notAuthorized: 5 } as const;
type ReturnCode = (typeof returnCode)[keyof typeof returnCode];

class Refused extends Error {
  readonly returnCode: ReturnCode;
  constructor(reason: Refusal, code: ReturnCode = returnCode.notAuthorized) {
    super(reason);
    this.name = 'Refused';
    this.returnCode = code;
  }
}

/**
 * What aedes asks us. An error in an answer ends the connection; an exception or a rejection inside of aedes' own call
 * would end the process, therefore each hook goes through `ask`.
 */
export function createHooks(parts: HookParts): Hooks {
  const { refusals, log } = parts;
  const ask = (answer: (error: Error | null) => void, decide: () => Promise<void> | void): void =>
    askOnce(log, answer, decide);

  return {
    preConnect: (client, packet, callback) =>
      ask(
        (error) => callback(error, error === null),
        () => introduce(parts, client, packet),
      ),

    authenticate: (client, username, password, callback) =>
      ask(
        (error) => (error === null ? callback(null, true) : callback(asRefused(error), false)),
        () => admit(parts, client, username, password?.toString() ?? ''),
      ),

    authorizePublish: (client, packet, callback) =>
      ask(callback, async () => {
        const connection = parts.connectionOf(client);
        if (connection === undefined) throw refuse(refusals, 'not-connected', 'unknown');
        if (parts.isClosing()) throw new Refused('closing');
        const { readAtMs } = connection;
        const publication = parts.publications.decide(connection, packet);
        if (!publication.ok)
          throw refuse(refusals, publication.reason, connection.who, { topic: packet.topic });
        try {
          await parts.publications.keep(publication, packet);
          // A will was not read now, and nobody waits for an answer to it.
          if (packet.qos > 0 && packet.messageId) parts.acknowledged(stopwatch() - readAtMs);
        } catch (error) {
          throw refuse(refusals, 'inbox-refused', connection.who, { error: messageOf(error) });
        } finally {
          connection.gate.finished();
        }
      }),

    authorizeSubscribe: (client, subscription, callback) => {
      let isGranted = false;
      ask(
        (error) => callback(error, isGranted ? subscription : null),
        () => {
          const connection = parts.connectionOf(client);
          if (!connection?.sender) throw refuse(refusals, 'not-connected', 'unknown');
          const decision = decideSubscribe(connection.sender, subscription.topic);
          let reason: Refusal | null = decision.ok ? null : decision.reason;
          if (decision.ok && !connection.subscribe(subscription.topic)) reason = 'too-many-subscriptions';
          isGranted = reason === null;
          if (reason !== null) refusals.count(reason, connection.who, { filter: subscription.topic });
        },
      );
    },

    authorizeForward: (client, packet) => {
      const connection = parts.connectionOf(client);
      const publisher = 'clientId' in packet ? String(packet.clientId) : undefined;
      if (!connection?.sender || !mayReceive(connection.sender, packet.topic, publisher)) return null;
      // What it answers at the topic where it is asked (ThingsBoard's RPC) is no question to it.
      if (publisher === client.id) return null;
      // A slow listener misses dialect messages, but for commands: kept for it, they would fill the memory.
      const isCommand = publisher !== undefined && publisher === commandPublisherOf(connection.sender);
      const isDropped = !isCommand && !isOwnTopic(packet.topic) && connection.stream.writableNeedDrain;
      return isDropped ? null : packet;
    },
  };
}

/** Takes what CONNECT says, before aedes does anything with it. */
function introduce(
  { connectionOf, refusals, clock }: HookParts,
  client: Client,
  packet: ConnectPacket,
): void {
  const connection = connectionOf(client);
  if (connection === undefined) throw refuse(refusals, 'not-connected', 'unknown');
  if (packet.protocolVersion !== 4) {
    refusals.count('protocol-version', connection.remote, { version: packet.protocolVersion });
    // aedes answers CONNACK 1 to a version that it does not know, but it knows 3.1 too.
    Object.assign(packet, { protocolVersion: 0 });
    return;
  }
  const isNameless = packet.clientId.length === 0;
  if (isNameless && packet.clean !== true) refusals.count('client-id-missing', connection.remote);
  const clientId = isNameless ? randomUUID() : packet.clientId;
  connection.introduce({
    at: clock.now(),
    clientId,
    willTopic: packet.will?.topic ?? null,
    isBridge: 'bridgeMode' in packet && packet.bridgeMode === true,
    keepsSession: packet.clean !== true,
    // [MQTT-3.1.3-8]
    mayStay: !isNameless || packet.clean === true,
    keepAliveMs: (packet.keepalive ?? 0) * 1_000,
  });
  // aedes would take a client for dead that we keep waiting: keep-alive.ts counts instead.
  packet.keepalive = 0;
  packet.clientId = scopedClientId(packet.username ?? '', clientId);
}

/** Lets a client in, or throws what CONNACK says. */
function admit(parts: HookParts, client: Client, username: string | undefined, password: string): void {
  const { authenticators, presence, refusals } = parts;
  const connection = parts.connectionOf(client);
  if (!connection?.connect) throw refuse(refusals, 'not-connected', 'unknown');
  const { connect, remote } = connection;
  if (parts.isClosing()) throw new Refused('closing', returnCode.unavailable);
  if (!connect.mayStay) throw new Refused('client-id-missing', returnCode.identifier);
  let sender: Sender;
  try {
    const identified = identify(authenticators, username, password);
    if (!identified.ok) {
      refusals.count(identified.reason, remote, { username });
      throw new Refused(identified.reason, returnCode.credentials);
    }
    sender = identified.sender;
  } catch (error) {
    if (error instanceof Refused) throw error;
    refusals.count('store-unavailable', remote, { error: messageOf(error) });
    throw new Refused('store-unavailable', returnCode.unavailable);
  }
  const will = connect.willTopic === null ? null : decidePublish(sender, connect.willTopic);
  if (will?.ok === false) {
    refusals.count('will-refused', username ?? remote, { because: will.reason, topic: connect.willTopic });
    throw new Refused('will-refused');
  }
  if (
    sender.kind === 'device' &&
    presence.connectionsOf(sender.device) >= fewConnections &&
    parts.isCrowded()
  ) {
    refusals.count('too-many-connections', sender.device);
    throw new Refused('too-many-connections', returnCode.unavailable);
  }
  const noSession = connect.keepsSession ? parts.admitSession(client.id) : null;
  if (noSession !== null) {
    refusals.count(noSession, username ?? remote);
    throw new Refused(noSession, returnCode.unavailable);
  }
  connection.accept(sender);
  if (sender.kind === 'device') presence.opened(sender.device);
}

const commandPublisherOf = (sender: Sender): string | null =>
  sender.kind === 'device' ? commandPublisher(sender.device) : null;

function refuse(refusals: Refusals, reason: Refusal, who: string, details: object = {}): Refused {
  refusals.count(reason, who, details);
  return new Refused(reason);
}

const asRefused = (error: Error): Refused =>
  error instanceof Refused ? error : new Refused('store-unavailable', returnCode.unavailable);

/** Answers exactly once, whatever `decide` and aedes do; an answer that throws is logged. */
function askOnce(
  log: BrokerLog,
  answer: (error: Error | null) => void,
  decide: () => Promise<void> | void,
): void {
  const reply = (error: unknown): void => {
    try {
      answer(error === null || error instanceof Error ? error : new Error(messageOf(error)));
    } catch (thrown) {
      log.error({ error: messageOf(thrown) }, 'a hook of the MQTT broker failed');
    }
  };
  let decided: Promise<void> | void;
  try {
    decided = decide();
  } catch (error) {
    reply(error);
    return;
  }
  if (decided === undefined) reply(null);
  else decided.then(() => reply(null), reply);
}
