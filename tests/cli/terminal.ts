import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { runCommand } from '#cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: readonly string[];
  /** What was written as it is. */
  readonly bytes: Buffer;
  /** The line that was shown in place of the last. */
  readonly live: readonly string[];
}

/** Runs a command line as a terminal would and collects what it says; with `live` somebody watches. */
export async function gridbell(
  argv: readonly string[],
  {
    input = '',
    env = {},
    live: watch,
  }: { input?: string; env?: Record<string, string>; live?: (line: string) => void } = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const bytes: Uint8Array[] = [];
  const live: string[] = [];
  const code = await runCommand(argv, {
    bytes: async (piece) => void bytes.push(piece),
    ...(watch
      ? {
          live: (line: string) => {
            live.push(line);
            watch(line);
          },
        }
      : {}),
    out: (text) => out.push(text),
    err: (line) => err.push(line),
    input: () => Promise.resolve(input),
    env,
  });
  return { code, out: out.join('\n'), err, bytes: Buffer.concat(bytes), live };
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: string;
}
export type Answer = (asked: Asked) => { readonly status?: number; readonly body: unknown };

/** Stands where the platform's operator socket is and answers what the test says. */
export async function operatorSocket(
  dataDir: string,
  answer: Answer,
): Promise<AsyncDisposable & { readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        contentType: request.headers['content-type'],
        body,
      };
      if (one.path !== '/health/live') asked.push(one);
      const given = one.path === '/health/live' ? { body: {} } : answer(one);
      response.writeHead(given.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(join(dataDir, 'gridbell.sock'), resolve));
  return {
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
