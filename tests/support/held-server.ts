import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that waits for its answer. */
export interface HeldRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  answer(status?: number): void;
}

/** Somebody's HTTP server on a free port, which answers each request when the test says so. */
export class HeldServer implements AsyncDisposable {
  readonly requests: HeldRequest[] = [];
  readonly #server = createServer((request, response) => void this.#take(request, response));

  static async start(): Promise<HeldServer> {
    const held = new HeldServer();
    held.#server.listen(0, '127.0.0.1');
    await once(held.#server, 'listening');
    return held;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url: path = '' } = request;
    const body = await text(request);
    const answer = (status = 200) => response.writeHead(status).end();
    this.requests.push({ path, headers, body, answer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
