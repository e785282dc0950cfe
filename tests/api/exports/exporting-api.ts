import { once } from 'node:events';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiOptions } from '#api/server.ts';
import { type DeviceId, epochMs, type Position, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import type { History } from '#store/history/history.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';
import type { DisposableHistory } from '#tests/store/history.contract.ts';

/** A reading as tests write it down. */
export interface Said {
  readonly device: string;
  readonly property: string;
  readonly at: number;
  readonly value: Value;
  readonly delayMs?: number;
  readonly flags?: number;
}

/** The API on a real history. */
export interface ExportingApi extends RunningApi {
  readonly history: History;
  say(said: readonly Said[]): Promise<void>;
}

export async function exportingApi(
  open: () => Promise<DisposableHistory>,
  options: Partial<ApiOptions> = {},
): Promise<ExportingApi> {
  const store = await open();
  const api = await runningApi(options);
  const { history } = store;
  api.platform.history = { ...api.platform.history, ...portOf(history) };
  const dispose = api[Symbol.asyncDispose].bind(api);
  return Object.assign(api, {
    history,
    say: async (said: readonly Said[]) => {
      const at = position((await history.position()) + 1);
      await history.append([
        { position: at, readings: said.map((each) => readingOf(each, at)), context: [] },
      ]);
    },
    [Symbol.asyncDispose]: async () => {
      await dispose();
      await store[Symbol.asyncDispose]();
    },
  });
}

const portOf = (history: History) => ({
  readings: history.readings.bind(history),
  buckets: history.buckets.bind(history),
  heat: history.heat.bind(history),
  measured: history.measured.bind(history),
  series: history.series.bind(history),
  extent: history.extent.bind(history),
});

const readingOf = (
  { at, delayMs = 0, device, flags = 0, property, value }: Said,
  batch: Position,
): Reading => ({
  device: device as DeviceId,
  property,
  at: epochMs(at),
  receivedAt: epochMs(at + delayMs),
  value,
  flags,
  position: batch,
});

/** An answer that is read as the test wants it, over a real socket. */
export interface OpenAnswer {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  readonly headers: IncomingHttpHeaders;
  /** All of the body; rejects when it broke off. */
  body(): Promise<string>;
}

/** Asks over a real socket; resolves with the head of the answer, nothing of the body is read yet. */
export async function ask(api: RunningApi, account: string, path: string): Promise<OpenAnswer> {
  if (!api.app.server.listening) await api.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.app.server.address() as AddressInfo;
  const authorization = `Bearer ${api.signIn(account)}`;
  const asked = request({ port, path: `/api/v1${path}`, headers: { authorization }, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  asked.on('error', () => {});
  return {
    request: asked,
    response,
    headers: response.headers,
    body: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** Resolves when it is so; the event loop turns between two looks. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
