import { Readable } from 'node:stream';
import type { Client } from 'aedes';
import { ownerOf } from '#broker/topic-rights.ts';

/** Sessions that outlive their connections, of one device (or operator). */
export const mostSessions = 8;
/** Messages that wait in one session; the newest are kept. */
export const mostQueued = 100;
/**
 * QoS 2 messages of one session between PUBREC and PUBREL. MQTT 3.1.1 cannot tell a client of a limit, and one that sends
 * what it gathered while it was offline in one go would be cut off at a small one again and again.
 */
export const mostHalfOpen = 4_096;

interface QueuedPacket {
  readonly cmd: string;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  readonly messageId?: number | undefined;
}

interface SessionClient {
  /** The scoped client id. */
  readonly id: string;
  readonly clean?: boolean;
  readonly closed?: boolean;
}

interface Session {
  readonly halfOpen: Set<number>;
  queue: readonly QueuedPacket[];
}

/** The part of aedes' store that holds what this file bounds; aedes calls it with promises. */
export interface SessionStore {
  addSubscriptions(client: Client, subscriptions: readonly { topic: string }[]): Promise<unknown>;
  cleanSubscriptions(client: SessionClient): Promise<unknown>;
}

const isUpdateOf = (queued: QueuedPacket, packet: QueuedPacket): boolean =>
  queued.brokerId === packet.brokerId
    ? queued.brokerCounter === packet.brokerCounter
    : queued.messageId === packet.messageId;

/**
 * What is remembered of clients between packets and between connections, in place of aedes' own memory, which has no
 * bounds: it keeps each QoS 2 message whole until PUBREL, each queue and each session for ever.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
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

  /** What replaces aedes' own in its store. `isGranted`: aedes would keep the filters that were refused, too. */
  replacing(original: SessionStore, isGranted: (client: Client, filter: string) => boolean) {
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
        const { halfOpen } = this.#session(client.id);
        halfOpen.add(messageId);
        const [oldest] = halfOpen;
        if (halfOpen.size > mostHalfOpen && oldest !== undefined) halfOpen.delete(oldest);
      },
      incomingGetPacket: async ({ id }: SessionClient, { messageId }: { messageId: number }) => {
        if (!this.#sessions.get(id)?.halfOpen.has(messageId)) throw new Error('no such packet');
        return { messageId };
      },
      incomingDelPacket: async ({ id }: SessionClient, { messageId }: { messageId: number }) => {
        if (!this.#sessions.get(id)?.halfOpen.delete(messageId)) throw new Error('no such packet');
        this.#tidy(id);
      },
      cleanIncoming: async ({ id }: SessionClient) => {
        this.#sessions.get(id)?.halfOpen.clear();
        this.#tidy(id);
      },
      outgoingEnqueue: async ({ clientId }: { clientId: string }, packet: QueuedPacket) =>
        this.#enqueue(clientId, packet),
      outgoingEnqueueCombi: async (subscriptions: readonly { clientId: string }[], packet: QueuedPacket) => {
        for (const { clientId } of subscriptions) this.#enqueue(clientId, packet);
      },
      outgoingUpdate: async ({ id }: SessionClient, packet: QueuedPacket) => {
        const session = this.#sessions.get(id);
        const index = session?.queue.findIndex((queued) => isUpdateOf(queued, packet)) ?? -1;
        const queued = session?.queue[index];
        if (session && queued)
          // A PUBREL takes the place of its message.
          session.queue = session.queue.with(
            index,
            queued.brokerId === packet.brokerId ? { ...queued, messageId: packet.messageId } : packet,
          );
        // One that newer ones pushed out is sent all the same.
        else if (packet.cmd !== 'publish') throw new Error('no such packet');
      },
      outgoingClearMessageId: async ({ id }: SessionClient, { messageId }: { messageId: number }) => {
        const session = this.#sessions.get(id);
        const cleared = session?.queue.find((queued) => queued.messageId === messageId);
        if (session && cleared) session.queue = session.queue.filter((queued) => queued !== cleared);
        this.#tidy(id);
        return cleared;
      },
      outgoingStream: ({ id }: SessionClient) => Readable.from(this.#sessions.get(id)?.queue ?? []),
    };
  }

  /** How many clients something is remembered of. */
  get size(): number {
    return this.#sessions.size;
  }
  #enqueue(id: string, packet: QueuedPacket): void {
    const session = this.#session(id);
    session.queue = [...session.queue, { ...packet, messageId: undefined }].slice(-mostQueued);
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id) ?? { halfOpen: new Set(), queue: [] };
    this.#sessions.set(id, session);
    return session;
  }

  #tidy(id: string): void {
    const session = this.#sessions.get(id);
    if (session && session.halfOpen.size === 0 && session.queue.length === 0) this.#sessions.delete(id);
  }

  #forget(id: string): void {
    this.#sessions.delete(id);
    const kept = this.#kept.get(ownerOf(id));
    kept?.delete(id);
    if (kept?.size === 0) this.#kept.delete(ownerOf(id));
  }
}
