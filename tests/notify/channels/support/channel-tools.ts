import { lookup } from 'node:dns/promises';
import webPush from 'web-push';
import { epochMs } from '#model/brand.ts';
import type { Log } from '#model/log.ts';
import type { ChannelTools, HttpAnswer, HttpRequest } from '#notify/channel-tools.ts';

export const now = epochMs(Date.parse('2026-03-01T08:00:00Z'));
const { privateKey, publicKey } = webPush.generateVAPIDKeys();
export const vapid = { publicKey, privateKey, subject: 'mailto:duty@example.org' };

export interface TestTools extends ChannelTools {
  /** All that was logged, as JSON lines. */
  readonly logged: string[];
  readonly commands: Parameters<ChannelTools['commandDevice']>[0][];
  setNow(at: number): void;
}

/** What a channel may use of the world, here all of it on this machine. */
export function testTools(overrides: Partial<ChannelTools> = {}): TestTools {
  const logged: string[] = [];
  const commands: TestTools['commands'] = [];
  let at: number = now;
  const write = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return {
    clock: { now: () => epochMs(at) },
    log,
    request,
    resolve: async (host, port) => {
      const { address, family } = await lookup(host, { family: 4 });
      return { host, port, address, family: family === 6 ? 6 : 4 };
    },
    render: (template, fields) =>
      template.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => String(fields[name] ?? '')),
    vapid,
    commandDevice: async (command) => {
      commands.push(command);
    },
    logged,
    commands,
    setNow: (next) => {
      at = next;
    },
    ...overrides,
  };
}

const mostAnswer = 64 * 1_024;

async function request(
  { body, headers, method, url }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.length;
    if (size >= mostAnswer) break;
  }
  const text = Buffer.concat(parts).subarray(0, mostAnswer).toString('utf8');
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}
