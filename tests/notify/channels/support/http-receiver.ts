import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in, whole. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as UTF-8. */
  readonly text: string;
}

/** How a receiver answers; it may also break the connection, or never come to an end. */
export type Behaviour = (response: ServerResponse, received: Received) => void;

export interface HttpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  answer(behaviour: Behaviour): void;
}

export const answering =
  (status: number, body: string | object = '', headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

/** A service somewhere on the network, as it behaves on a bad day. */
export async function startHttpReceiver(first: Behaviour = answering(200)): Promise<HttpReceiver> {
  let behaviour = first;
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const whole = await readWhole(request);
    received.push(whole);
    response.on('error', () => {});
    behaviour(response, whole);
  };
  // A request that was broken off is none; the receiver waits for the next.
  const server = createServer((request, response) => void take(request, response).catch(() => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (next) => {
      behaviour = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readWhole(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = Buffer.concat(parts);
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers,
    body,
    text: body.toString('utf8'),
  };
}
