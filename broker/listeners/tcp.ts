import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import {
  handshakeTimeoutMs,
  type Listener,
  type ListenWhere,
  listenAtOnce,
  remoteOf,
  socketOptions,
} from '#broker/listeners/listening.ts';

export const listenTcp = (where: ListenWhere): Promise<Listener> =>
  listenAtOnce(
    () => createTcpServer(socketOptions, (socket) => where.reception.accept(socket, remoteOf(socket))),
    where,
  );

/** `key`, `cert`: PEM. */
export function listenTls(
  { cert, key }: { readonly key: string; readonly cert: string },
  where: ListenWhere,
): Promise<Listener> {
  const make = () => {
    const server = createTlsServer({ ...socketOptions, key, cert, handshakeTimeout: handshakeTimeoutMs });
    server.on('secureConnection', (socket) => where.reception.accept(socket, remoteOf(socket)));
    // Without a listener it stays silent as well; a failed handshake is the client's concern.
    server.on('tlsClientError', (_, socket) => socket.destroy());
    return server;
  };
  return listenAtOnce(make, where);
}
