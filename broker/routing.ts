import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { type SessionHands, type SessionStore, Sessions } from '#broker/sessions.ts';
import { isOwnTopic } from '#broker/topic-rights.ts';

type Done = (error?: Error) => void;

/** What aedes' types do not name of a client. */
export interface ReceivingClient extends Client {
  readonly subscriptions: Readonly<Record<string, { readonly qos: 0 | 1 | 2 }>>;
  /** Sends, with the message id that the packet has, at the lower QoS of the packet and the subscription. */
  deliverQoS(packet: PublishPacket & { readonly clientId: string }, done: () => void): void;
}

/**
 * aedes without the routing of what devices say. A message is done with when it stands in the inbox; handing it on to
 * subscribers would cost a look-up per message, and a queue in memory for each session that is away. What a gateway says
 * in its dialect topics goes on to that gateway's other connections, as QoS 0: to those who listen now, and read (hooks.ts
 * drops what a slow listener cannot take).
 */
export class QuietAedes extends Aedes {
  // aedes has them; its types do not name them.
  declare readonly clients: Readonly<Record<string, Client>>;
  declare readonly persistence: SessionStore;
  readonly sessions = new Sessions();
  /** A client acknowledged a message at QoS 1. */
  onPuback: (client: Client, messageId: number) => void = () => {};
  readonly #hands: Pick<SessionHands, 'isGranted' | 'isLetIn'>;

  constructor(options: AedesOptions, hands: Pick<SessionHands, 'isGranted' | 'isLetIn'>) {
    super(options);
    this.#hands = hands;
  }

  override async listen(): Promise<void> {
    await super.listen();
    const replaced = this.sessions.replacing(this.persistence, {
      ...this.#hands,
      onPuback: (client, messageId) => this.onPuback(client, messageId),
    });
    Object.assign(this.persistence, replaced);
  }

  /** Before a client with a session that outlives its connection is let in. An answer is why it may not. */
  admitSession(id: string): 'too-many-sessions' | null {
    const admitted = this.sessions.admit(id, (other) => other in this.clients);
    if (admitted === 'too-many-sessions') return admitted;
    if (admitted.drop !== null)
      this.persistence
        .cleanSubscriptions({ id: admitted.drop })
        .catch((error: unknown) => this.emit('error', error));
    return null;
  }

  /** aedes calls it with the client for a client's messages and its will, and without one for its own. */
  override publish(packet: PublishPacket, client: Client | Done | null, done: Done = () => {}): void {
    const publish = super.publish.bind(this);
    if (client === null || typeof client === 'function')
      Reflect.apply(
        publish,
        this,
        [packet, client, done].filter((part) => part !== null),
      );
    else if (isOwnTopic(packet.topic)) done();
    else {
      Reflect.apply(publish, this, [{ ...packet, qos: 0 }, client, () => {}]);
      // Not when the listeners have it: one that does not read would hold up the reading of who speaks.
      done();
    }
  }
}
