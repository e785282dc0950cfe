import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { payloadBytes, publishHeadBytes, smallPacketBytes } from '#broker/guards/guards.ts';
import {
  type Accepted,
  handshakeTimeoutMs,
  type Listener,
  type ListenWhere,
  listenAtOnce,
  remoteOf,
  socketOptions,
} from '#broker/listeners/listening.ts';

/** Until the upgrade; a WebSocket has no such limits. */
const httpTimeouts = {
  headersTimeout: handshakeTimeoutMs,
  requestTimeout: handshakeTimeoutMs,
  connectionsCheckingInterval: 1_000,
} as const;
/** A WebSocket message may hold more than one packet. */
const messageBytes = 2 * (payloadBytes + publishHeadBytes);
/** More than this of a message that is not whole is large; of a client that is not let in, too much. */
const smallMessageBytes = 2 * smallPacketBytes;

/** MQTT over WebSocket, sub-protocol `mqtt` [MQTT-6.0.0-3]. */
export function listenWebSocket(where: ListenWhere): Promise<Listener> {
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
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
      const client = where.reception.accept(createWebSocketStream(webSocket), remoteOf(socket));
      watchUnfinished(socket, webSocket, client);
    });
  };
  const make = () =>
    createHttpServer({ ...socketOptions, ...httpTimeouts }, (_, response) => {
      response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end('MQTT over WebSocket\n');
    }).on('upgrade', upgrade);
  return listenAtOnce(make, where);
}

/**
 * The guards see a packet only when ws has the whole message: before that, bytes are counted as they come. Of a client
 * that is not let in there may be little; of others many, for a few at a time.
 */
function watchUnfinished(socket: Socket, webSocket: WebSocket, client: Accepted): void {
  let handedOn = socket.bytesRead;
  let isLarge = false;
  const watch = () => {
    if (isLarge || socket.bytesRead - handedOn <= smallMessageBytes) return;
    if (!client.isAccepted) client.refuse('packet-too-large');
    else if (client.largeBegins()) isLarge = true;
    else client.refuse('too-many-large');
  };
  socket.on('data', watch);
  webSocket.on('message', () => {
    handedOn = socket.bytesRead;
    if (isLarge) client.largeEnds();
    isLarge = false;
  });
}

const protocolsOf = (request: IncomingMessage): readonly string[] =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
