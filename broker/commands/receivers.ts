import type { Client } from 'aedes';
import type { Courier, Receiver } from '#broker/commands/courier.ts';
import { InFlight } from '#broker/commands/in-flight.ts';
import type { QuietAedes, ReceivingClient } from '#broker/routing.ts';
import { commandTopic, type Sender } from '#broker/topic-rights.ts';

export interface ReceiversParts {
  readonly aedes: QuietAedes;
  readonly courier: Courier;
  /** Who speaks over the client's connection; null: nobody who may. */
  readonly senderOf: (client: Client) => Sender | null;
}

/** Shows the courier the connections that are subscribed to commands, for as long as they are, and their PUBACKs. */
export function attendReceivers({ aedes, courier, senderOf }: ReceiversParts): void {
  const receivers = new WeakMap<Client, Receiver>();
  const topicOf = (client: Client): string | null => {
    const sender = senderOf(client);
    return sender?.kind === 'device' ? commandTopic(sender.community, sender.device) : null;
  };
  const end = (client: Client): void => {
    const receiver = receivers.get(client);
    if (receiver !== undefined) courier.closed(receiver);
  };
  const attend = (client: ReceivingClient): void => {
    const sender = senderOf(client);
    const topic = topicOf(client);
    if (sender?.kind !== 'device' || topic === null || !(topic in client.subscriptions)) return;
    if (client.closed || client.conn.destroyed) return;
    let receiver = receivers.get(client);
    if (receiver === undefined) {
      // A session that ends with its connection takes its part along.
      const inFlight = client.clean ? new InFlight() : aedes.sessions.inFlightOf(client.id);
      receiver = receiverOf(client, { device: sender.device, topic, inFlight });
      client.conn.once('close', () => end(client));
      receivers.set(client, receiver);
    }
    courier.opened(receiver);
  };
  const leave = (filters: readonly string[], client: Client): void => {
    const topic = topicOf(client);
    const receiver = receivers.get(client);
    if (receiver === undefined || topic === null || !filters.includes(topic)) return;
    courier.closed(receiver);
    receiver.inFlight.endRepeats();
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

function receiverOf(
  client: ReceivingClient,
  { device, inFlight, topic }: Pick<Receiver, 'device' | 'inFlight'> & { readonly topic: string },
): Receiver {
  return {
    device,
    inFlight,
    qos: () => (client.subscriptions[topic]?.qos === 0 ? 0 : 1),
    send: ({ dup, messageId, payload }) =>
      client.deliverQoS(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup, messageId },
        () => {},
      ),
  };
}
