import type { Client } from 'aedes';
import type { Courier, Receiver } from '#broker/commands/courier.ts';
import { InFlight } from '#broker/commands/in-flight.ts';
import type { QuietAedes, ReceivingClient } from '#broker/routing.ts';
import { commandPublisher, commandTopic, type Sender } from '#broker/topic-rights.ts';
import type { DeviceId } from '#model/brand.ts';
import { matches } from '#model/topic-filter.ts';

export interface ReceiversParts {
  readonly aedes: QuietAedes;
  readonly courier: Courier;
  /** Who speaks over the client's connection; null: nobody who may. */
  readonly senderOf: (client: Client) => Sender | null;
}

/**
 * Shows the courier the connections that are subscribed to commands, for as long as they are, and their PUBACKs: of a device to its
 * command topic, of a gateway also to dialect topics. Which of its topics a command needs is seen when it is to go out.
 */
export function attendReceivers({ aedes, courier, senderOf }: ReceiversParts): void {
  const receivers = new WeakMap<Client, Receiver>();
  const end = (client: Client): void => {
    const receiver = receivers.get(client);
    if (receiver !== undefined) courier.closed(receiver);
  };
  const attend = (client: ReceivingClient): void => {
    const ways = waysOf(client, senderOf(client));
    if (ways === null || !ways.filters.some((filter) => filter in client.subscriptions)) return;
    if (client.closed || client.conn.destroyed) return;
    let receiver = receivers.get(client);
    if (receiver === undefined) {
      // A session that ends with its connection takes its part along.
      const inFlight = client.clean ? new InFlight() : aedes.sessions.inFlightOf(client.id);
      receiver = receiverOf(client, { ...ways, inFlight });
      client.conn.once('close', () => end(client));
      receivers.set(client, receiver);
    }
    courier.opened(receiver);
  };
  const leave = (filters: readonly string[], client: Client): void => {
    const ways = waysOf(client as ReceivingClient, senderOf(client));
    const receiver = receivers.get(client);
    if (receiver === undefined || ways === null) return;
    // Only a gateway has others: what they bring goes on.
    const { subscriptions } = client as ReceivingClient;
    if (!filters.includes(ways.own) && ways.own in subscriptions) return;
    courier.closed(receiver);
    receiver.inFlight.endRepeats();
    if (ways.filters.some((filter) => !filters.includes(filter) && filter in subscriptions))
      courier.opened(receiver);
  };

  // A session that resumes brings its subscriptions along.
  aedes.on('clientReady', (client) => attend(client as ReceivingClient));
  aedes.on('subscribe', (_, client) => attend(client as ReceivingClient));
  aedes.on('unsubscribe', leave);
  // Before its socket is closed, and not in every case.
  aedes.on('clientDisconnect', end);
  aedes.onPuback = (client, messageId) => {
    const receiver = receivers.get(client);
    if (receiver !== undefined) courier.acknowledged(receiver, messageId);
  };
}

/** Filters by which a connection may get commands; those of a gateway's dialect all lie in its own filter. */
function waysOf(client: ReceivingClient, sender: Sender | null): Ways | null {
  if (sender?.kind !== 'device') return null;
  const own = commandTopic(sender.community, sender.device);
  const dialects =
    sender.filter === null ? [] : Object.keys(client.subscriptions).filter((each) => each !== own);
  return { device: sender.device, own, filters: [own, ...dialects] };
}

interface Ways {
  readonly device: DeviceId;
  readonly own: string;
  readonly filters: readonly string[];
}

function receiverOf(
  client: ReceivingClient,
  { device, inFlight, own }: Pick<Ways, 'device' | 'own'> & Pick<Receiver, 'inFlight'>,
): Receiver {
  return {
    device,
    inFlight,
    qos: (topic) => qosOf(client.subscriptions, topic ?? own),
    send: ({ dup, messageId, payload, qos, topic }) =>
      client.deliverQoS(
        {
          cmd: 'publish',
          topic: topic ?? own,
          payload: Buffer.from(payload),
          qos,
          retain: false,
          dup,
          messageId,
          clientId: commandPublisher(device),
        },
        () => {},
      ),
  };
}

/** Of all that take the topic the highest [MQTT-3.3.5-1]; beyond 1 there is nothing here. */
function qosOf(subscriptions: ReceivingClient['subscriptions'], topic: string): 0 | 1 | undefined {
  let highest: 0 | 1 | undefined;
  for (const filter in subscriptions)
    if (matches(filter, topic)) highest = subscriptions[filter]?.qos === 0 ? (highest ?? 0) : 1;
  return highest;
}
