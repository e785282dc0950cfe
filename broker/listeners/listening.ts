import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly mqttPort: number;
  readonly wsPort: number;
  /** PEM; with a certificate MQTT is spoken over TLS too. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly port: number };
}

/** A listening socket. `close` takes no more connections and ends those that stand, half-open ones too. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** A connection as far as a listener is concerned. */
export interface Accepted {
  /** Its client was let in meanwhile. */
  readonly isAccepted: boolean;
  refuse(reason: 'packet-too-large' | 'too-many-large'): void;
  /** Much has come that nobody can look at yet; false: there is no place for more of that. */
  largeBegins(): boolean;
  /** It was handed on. */
  largeEnds(): void;
}

/** Who takes connections. */
export interface Reception {
  accept(stream: Duplex, remote: string): Accepted;
  /** Another socket is open, whatever it will say; false: that is one too many. */
  socketOpened(): boolean;
  socketClosed(): void;
}

export interface ListenWhere {
  readonly host: string;
  readonly port: number;
  readonly reusePort?: boolean;
  readonly reception: Reception;
}

export const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;
/** For a handshake, of TLS or of a WebSocket. */
export const handshakeTimeoutMs = 10_000;

/** The address of the other end. */
export const remoteOf = (socket: Socket): string => socket.remoteAddress ?? 'unknown';

/**
 * A turn of the event loop accepts one connection of each listening socket; with one socket a busy broker would take
 * minutes to greet a community whose power comes back.
 */
const socketsOfPort = 16;

/** Listens with many sockets where the system shares a port among them (Linux). Rejects when others listen there. */
export async function listenAtOnce(make: () => Server, where: ListenWhere): Promise<Listener> {
  const first = await listen(make(), where);
  if (process.platform !== 'linux') return first;
  // It has shown that the port is free: sockets that share it would share it with a stranger's, too.
  await first.close();
  const shared = { ...where, port: first.port, reusePort: true };
  const opened: Listener[] = [];
  const close = async () => {
    await Promise.all(opened.map((listener) => listener.close()));
  };
  try {
    while (opened.length < socketsOfPort) opened.push(await listen(make(), shared));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: first.port, close };
}

function listen(server: Server, { reception, ...where }: ListenWhere): Promise<Listener> {
  // Also those that never came as far as `accept`: half a TLS handshake would hold `close` up.
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      reception.socketClosed();
    });
    if (!reception.socketOpened()) socket.destroy();
  });
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, backlog: 1_024 }, () => {
      server.off('error', reject);
      // Out of files, for one: that connection is lost, and its client comes again. Nobody listening would end the process.
      server.on('error', () => {});
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error(`cannot listen on ${where.host}:${where.port}`));
        return;
      }
      resolve({ port: address.port, close });
    });
  });
}
