import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer: a status with headers, `hang` (never), or `cut` (the connection ends after all was read). */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'cut';

/** A real HTTP server that keeps what it gets and answers as it is told, 200 unless told otherwise. */
export interface HttpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Asked for each request, with its number from 1. */
  behave(how: (request: Received, number: number) => Behaviour): void;
  /** Resolves when so many requests have come in all. */
  has(count: number): Promise<readonly Received[]>;
}

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  let waiting: { readonly count: number; resolve(): void }[] = [];
  let behave: (request: Received, number: number) => Behaviour = () => ({ status: 200 });
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const request = { path: incoming.url ?? '', headers: incoming.headers, body };
      received.push(request);
      answer(response, behave(request, received.length));
      const done = waiting.filter(({ count }) => count <= received.length);
      waiting = waiting.filter(({ count }) => count > received.length);
      for (const waiter of done) waiter.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    behave: (how) => {
      behave = how;
    },
    has: async (count) => {
      if (received.length < count)
        await new Promise<void>((resolve) => {
          waiting.push({ count, resolve });
        });
      return received;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, how: Behaviour): void {
  if (how === 'hang') return;
  if (how === 'cut') response.destroy();
  else response.writeHead(how.status, how.headers).end(how.body ?? '');
}
