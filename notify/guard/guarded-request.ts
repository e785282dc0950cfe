import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type HttpAnswer, type HttpRequest, TargetRefused } from '#notify/channel-tools.ts';
import type { TargetGuard } from '#notify/guard/target-guard.ts';

const mostAnswerBytes = 64 * 1024;

/**
 * One HTTP request to where the guard allows it, over a connection of its own to the address that was judged. Redirects are
 * answers like others; a longer answer than 64 KiB is cut. Rejects with what failed, or with TargetRefused.
 */
export async function guardedRequest(
  guard: TargetGuard,
  { body, headers, method, url }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const target = targetOf(url);
  const isHttps = target.protocol === 'https:';
  const pinned = await guard.resolve(target.hostname, Number(target.port) || (isHttps ? 443 : 80));
  signal.throwIfAborted();
  const options: RequestOptions & { servername?: string } = {
    method,
    host: pinned.address,
    family: pinned.family,
    port: pinned.port,
    path: `${target.pathname}${target.search}`,
    // Host and server name are what was written; the connection goes to what was judged.
    headers: { ...headers, host: target.host, ...lengthOf(body) },
    servername: pinned.host,
    agent: false,
    signal,
  };
  return await new Promise<HttpAnswer>((resolve, reject) => {
    const request = (isHttps ? requestHttps : requestHttp)(options, (response) => {
      read(response).then(resolve, reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

function targetOf(url: string): URL {
  const target = URL.parse(url);
  if (!target || (target.protocol !== 'https:' && target.protocol !== 'http:'))
    throw new TargetRefused('the address is no http or https URL');
  if (target.username !== '' || target.password !== '')
    throw new TargetRefused('the address carries a password: put it into a header instead');
  return target;
}

const lengthOf = (body: string | Uint8Array | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size >= mostAnswerBytes) break;
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value);
  return {
    status: response.statusCode ?? 0,
    headers,
    text: Buffer.concat(parts).subarray(0, mostAnswerBytes).toString('utf8'),
  };
}
