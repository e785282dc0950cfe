import { Readable } from 'node:stream';
import type { Client } from 'aedes';
import { InFlight } from '#broker/commands/in-flight.ts';
import { ownerOf } from '#broker/topic-rights.ts';

/** Sessions that outlive their connections, of one device (or operator). */
export const mostSessions = 8;
/**
 * QoS 2 messages of one session between PUBREC and PUBREL. MQTT 3.1.1 cannot tell a client of a limit, and one that sends
 * what it gathered while it was offline in one go would be cut off at a small one again and again.
 */
export const mostHalfOpen = 4_096;

interface SessionClient {
  /** The scoped client id. */
  readonly id: string;
  readonly clean?: boolean;
  readonly closed?: boolean;
  /** Its connection, where it has one. */
  readonly conn?: object;
}

/** The part of aedes' store that holds what this file bounds; aedes calls it with promises. */
export interface SessionStore {
  addSubscriptions(client: Client, subscriptions: readonly { topic: string }[]): Promise<unknown>;
  cleanSubscriptions(client: SessionClient): Promise<unknown>;
}

export interface SessionHands {
  /** Whether authorizeSubscribe let this client have the filter: aedes would keep those that were refused, too. */
  readonly isGranted: (client: Client, filter: string) => boolean;
  /** Whether its CONNECT was accepted: aedes cleans up after those, too, who only knew the client id. */
  readonly isLetIn: (client: SessionClient) => boolean;
  readonly onPuback: (client: Client, messageId: number) => void;
}

const nothing = async (): Promise<void> => {};

/**
 * What is remembered of clients between packets and between connections, in place of aedes' own memory, which has no
 * bounds: it keeps each QoS 2 message whole until PUBREL, each queue and each session for ever. Nothing waits in here for a
 * client: commands are in the ops store (commands/courier.ts), and all else is sent at QoS 0 or not at all.
 */
export class Sessions {
  readonly #halfOpen = new Map<string, Set<number>>();
  /** Of sessions that outlive a connection. */
  readonly #inFlight = new Map<string, InFlight>();
  /** Of each owner the sessions that outlive a connection, the one that connected last at the end. */
  readonly #kept = new Map<string, Set<string>>();

  /**
   * Counts a session that outlives its connection. Answers which session, of those that are not connected, has to go for
   * it (null: none); 'too-many-sessions' when all others are connected.
   */
  admit(
    id: string,
    isConnected: (id: string) => boolean,
  ): { readonly drop: string | null } | 'too-many-sessions' {
    const kept = this.#kept.get(ownerOf(id)) ?? new Set<string>();
    const isFull = !kept.has(id) && kept.size >= mostSessions;
    const drop = isFull ? [...kept].find((other) => !isConnected(other)) : null;
    if (drop === undefined) return 'too-many-sessions';
    kept.delete(id);
    kept.add(id);
    this.#kept.set(ownerOf(id), kept);
    return { drop };
  }

  /** What the session, one that outlives its connection, has not acknowledged; DUP goes by it. */
  inFlightOf(id: string): InFlight {
    const inFlight = this.#inFlight.get(id) ?? new InFlight();
    this.#inFlight.set(id, inFlight);
    return inFlight;
  }

  /** What replaces aedes' own in its store. */
  replacing(original: SessionStore, { isGranted, isLetIn, onPuback }: SessionHands) {
    const addSubscriptions = original.addSubscriptions.bind(original);
    const cleanSubscriptions = original.cleanSubscriptions.bind(original);
    return {
      addSubscriptions: (client: Client, subscriptions: readonly { topic: string }[]) =>
        addSubscriptions(
          client,
          subscriptions.filter(({ topic }) => isGranted(client, topic)),
        ),
      cleanSubscriptions: (client: SessionClient) => {
        this.#forget(client.id);
        return cleanSubscriptions(client);
      },
      incomingStorePacket: async (client: SessionClient, { messageId }: { messageId: number }) => {
        // Nobody would take it away again.
        if (client.closed && client.clean) return;
        const halfOpen = this.#halfOpen.get(client.id) ?? new Set();
        this.#halfOpen.set(client.id, halfOpen);
        halfOpen.add(messageId);
        const [oldest] = halfOpen;
        if (halfOpen.size > mostHalfOpen && oldest !== undefined) halfOpen.delete(oldest);
      },
      incomingGetPacket: async ({ id }: SessionClient, { messageId }: { messageId: number }) => {
        if (!this.#halfOpen.get(id)?.has(messageId)) throw new Error('no such packet');
        return { messageId };
      },
      incomingDelPacket: async ({ id }: SessionClient, { messageId }: { messageId: number }) => {
        const halfOpen = this.#halfOpen.get(id);
        if (!halfOpen?.delete(messageId)) throw new Error('no such packet');
        if (halfOpen.size === 0) this.#halfOpen.delete(id);
      },
      cleanIncoming: async (client: SessionClient) => {
        if (isLetIn(client)) this.#halfOpen.delete(client.id);
      },
      outgoingEnqueue: nothing,
      outgoingEnqueueCombi: nothing,
      outgoingUpdate: nothing,
      /** aedes calls it at a PUBACK, a PUBCOMP, and when it does not send what it should. */
      outgoingClearMessageId: async (
        client: Client,
        { cmd, messageId }: { cmd: string; messageId: number },
      ) => {
        if (cmd === 'puback') onPuback(client, messageId);
      },
      outgoingStream: () => Readable.from([]),
    };
  }

  /** How many clients something is remembered of. */
  get size(): number {
    return new Set([...this.#halfOpen.keys(), ...this.#inFlight.keys()]).size;
  }

  #forget(id: string): void {
    this.#halfOpen.delete(id);
    this.#inFlight.delete(id);
    const kept = this.#kept.get(ownerOf(id));
    kept?.delete(id);
    if (kept?.size === 0) this.#kept.delete(ownerOf(id));
  }
}
