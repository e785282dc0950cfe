import { request as httpRequest } from 'node:http';
import type { Config } from '#app/config.ts';
import { socketAddress } from '#app/directory.ts';
import { type Download, downloadFrom } from '#cli/download.ts';
import { CommandFailure, oneLine } from '#cli/failure.ts';
import { nextStep } from '#cli/next-step.ts';

export interface OperatorRequest {
  /** Sent as JSON, or as it is when it is a text. */
  readonly body?: unknown;
  /** Default: application/json. */
  readonly contentType?: string;
  readonly accept?: string;
  /** Rejects when no answer came by then; without it whoever is stuck is waited for. */
  readonly withinMs?: number;
}

export interface OperatorAnswer {
  readonly status: number;
  /** Parsed when the answer is JSON, else the text. */
  readonly body: unknown;
}

/** The API as the operator has it: whoever may open the data directory needs no sign-in. Paths begin with `/api/v1`. */
export interface OperatorClient {
  request(method: string, path: string, options?: OperatorRequest): Promise<OperatorAnswer>;
  /** GET of what may be larger than memory. */
  download(path: string): Promise<Download>;
  close(): Promise<void>;
}

/** The running platform, or the files themselves when nothing runs. */
async function openOperator(config: Config): Promise<OperatorClient> {
  const running = await findRunning(config.dataDir);
  if (running) return running;
  // Loaded only here: it brings the stores and the engine with it.
  const { openOffline } = await import('#app/offline.ts');
  const offline = await openOffline(config);
  return { ...offline, download: async (path) => downloadFrom(await offline.socket(), path) };
}

/** Opens, uses and closes. */
export async function withOperator<T>(
  config: Config,
  use: (operator: OperatorClient) => Promise<T>,
): Promise<T> {
  const operator = await openOperator(config);
  try {
    return await use(operator);
  } finally {
    await operator.close();
  }
}

/** The running platform; a failure when there is none. */
export async function openRunning(config: Config): Promise<OperatorClient> {
  const client = await findRunning(config.dataDir);
  if (client) return client;
  throw new CommandFailure(
    `no platform runs on ${config.dataDir}; start it with gridbell start, or name its data directory with --data-dir`,
  );
}

/** A socket file may be left over from a killed platform, so that only an answer counts. */
export async function findRunning(
  dataDir: string,
  limit: Pick<OperatorRequest, 'withinMs'> = {},
): Promise<OperatorClient | undefined> {
  const address = socketAddress(dataDir);
  const client = socketClient(address.path);
  try {
    await client.request('GET', '/health/live', limit);
    return { ...client, close: async () => address[Symbol.dispose]() };
  } catch (error) {
    address[Symbol.dispose]();
    if (isNobodyThere(error)) return undefined;
    throw error;
  }
}

const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ECONNRESET', 'EPIPE'].includes(String(error.code));

/** Talks HTTP over the socket file. Its requests reject with the system's error when nobody answers. */
export function socketClient(socketPath: string): OperatorClient {
  return {
    request: (method, path, options = {}) => exchange(socketPath, method, path, options),
    download: (path) => downloadFrom(socketPath, path),
    close: async () => {},
  };
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  { body, contentType = 'application/json', accept = 'application/json', withinMs }: OperatorRequest,
): Promise<OperatorAnswer> {
  const payload = body === undefined ? undefined : Buffer.from(asText(body));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        socketPath,
        method,
        path,
        ...(withinMs === undefined ? {} : { signal: AbortSignal.timeout(withinMs) }),
        headers: {
          host: 'localhost',
          accept,
          ...(payload && { 'content-type': contentType, 'content-length': payload.length }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: parseBody(response.headers['content-type'], Buffer.concat(chunks).toString('utf8')),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}

const asText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

const parseBody = (contentType: string | undefined, text: string): unknown =>
  contentType?.includes('json') && text !== '' ? JSON.parse(text) : text;

/** The body of an answer; throws what a problem document says when the request was refused. */
export async function call(
  client: OperatorClient,
  method: string,
  path: string,
  options?: OperatorRequest,
): Promise<unknown> {
  const { status, body } = await client.request(method, path, options);
  if (status >= 200 && status < 300) return body;
  throw new CommandFailure(refusal(status, body, path));
}

/** The same of what is read as it comes. */
export async function callDownload(client: OperatorClient, path: string): Promise<Download> {
  const download = await client.download(path);
  if (download.status === 200) return download;
  throw new CommandFailure(refusal(download.status, await download.problem(), path));
}

/** What went wrong, its code, and what to do next. */
function refusal(status: number, body: unknown, path: string): string {
  if (typeof body !== 'object' || body === null)
    return oneLine(`the platform answered ${status} ${String(body)}; ${nextStep('internal', path)}`);
  const { title, detail, code } = body as { title?: unknown; detail?: unknown; code?: unknown };
  const words = [title, detail].filter((part): part is string => typeof part === 'string' && part !== '');
  const what = words.join(': ').replace(/\.$/, '') || `the platform answered ${status}`;
  return oneLine(
    typeof code === 'string'
      ? `${what} (${code}); ${nextStep(code, path)}`
      : `${what}; ${nextStep('internal', path)}`,
  );
}

/** All items of a paged list, page by page. */
export async function listAll(client: OperatorClient, path: string): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query =
      cursor === '' ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
    const page = (await call(client, 'GET', `${path}${query}`)) as { items: unknown[]; next: string | null };
    items.push(...page.items);
    cursor = page.next ?? null;
  }
  return items;
}
