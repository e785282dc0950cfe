import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { payloadBytes, publishHeadBytes, smallPacketBytes } from '#broker/guards/guards.ts';

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
  refuse(reason: 'packet-too-large'): void;
}
interface ListenWhere {
  readonly host: string;
  readonly port: number;
  readonly reusePort?: boolean;
  readonly reception: Reception;
}
export interface Reception {
  accept(stream: Duplex, remote: string): Accepted;
  /** Another socket is open, whatever it will say; false: that is one too many. */
  socketOpened(): boolean;
  socketClosed(): void;
}

const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;
const handshakeTimeoutMs = 10_000;
/** Until the upgrade; a WebSocket has no such limits. */
const httpTimeouts = {
  headersTimeout: handshakeTimeoutMs,
  requestTimeout: handshakeTimeoutMs,
  connectionsCheckingInterval: 1_000,
} as const;
/** A WebSocket message may hold more than one packet. */
const webSocketMessageBytes = 2 * (payloadBytes + publishHeadBytes);
/** Until the client is let in, ws may buffer no more than this: CONNECT and what a hasty client sends behind it. */
const strangersBytes = 2 * smallPacketBytes;

export const listenTcp = (host: string, port: number, reception: Reception): Promise<Listener> =>
  listenAtOnce(() => createTcpServer(socketOptions, (socket) => reception.accept(socket, remoteOf(socket))), {
    host,
    port,
    reception,
  });

export function listenTls(
  host: string,
  { key, cert, port }: { readonly key: string; readonly cert: string; readonly port: number },
  reception: Reception,
): Promise<Listener> {
  const make = () => {
    const server = createTlsServer({ ...socketOptions, key, cert, handshakeTimeout: handshakeTimeoutMs });
    server.on('secureConnection', (socket) => reception.accept(socket, remoteOf(socket)));
    // Without a listener it stays silent as well; a failed handshake is the client's concern.
    server.on('tlsClientError', (_, socket) => socket.destroy());
    return server;
  };
  return listenAtOnce(make, { host, port, reception });
}

/** MQTT over WebSocket, sub-protocol `mqtt` [MQTT-6.0.0-3]. */
export function listenWebSocket(host: string, port: number, reception: Reception): Promise<Listener> {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: webSocketMessageBytes,
    handleProtocols: () => 'mqtt',
  });
  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!protocolsOf(request).includes('mqtt')) {
      // Left to the client, it would stay half open for ever.
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      webSocket.on('message', (_, isBinary) => {
        // [MQTT-6.0.0-1]
        if (!isBinary) webSocket.terminate();
      });
      const client = reception.accept(createWebSocketStream(webSocket), remoteOf(socket));
      watchStranger(socket, client);
    });
  };
  const make = () =>
    createHttpServer({ ...socketOptions, ...httpTimeouts }, (_, response) => {
      response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end('MQTT over WebSocket\n');
    }).on('upgrade', upgrade);
  return listenAtOnce(make, { host, port, reception });
}

/** The guards see a packet only when ws has the whole message: before that, bytes are counted as they come. */
function watchStranger(socket: Socket, client: Accepted): void {
  const before = socket.bytesRead;
  const watch = () => {
    const isTooMuch = !client.isAccepted && socket.bytesRead - before > strangersBytes;
    if (client.isAccepted || isTooMuch) socket.off('data', watch);
    if (isTooMuch) client.refuse('packet-too-large');
  };
  socket.on('data', watch);
}

const protocolsOf = (request: IncomingMessage): readonly string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

const remoteOf = (socket: Socket): string => socket.remoteAddress ?? 'unknown';

/**
 * A turn of the event loop accepts one connection of each listening socket; with one socket a busy broker would take
 * minutes to greet a community whose power comes back.
 */
const socketsOfPort = 16;

/** Listens with many sockets where the system shares a port among them (Linux). Rejects when others listen there. */
async function listenAtOnce(make: () => Server, where: ListenWhere): Promise<Listener> {
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
