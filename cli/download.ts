import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

/** An answer whose body is read as it comes; reading it fails when the body is not whole. */
export interface Download {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  /** Of a refusal: the problem document. */
  problem(): Promise<unknown>;
}

/** Asks the API at a socket file; rejects with the system's error when nobody answers. */
export async function downloadFrom(socketPath: string, path: string): Promise<Download> {
  const asked = request({ socketPath, path, headers: { host: 'localhost' }, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: response,
    problem: () => json(response),
  };
}
