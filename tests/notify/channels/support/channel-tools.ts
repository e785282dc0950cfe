import webPush from 'web-push';
import { epochMs } from '#model/brand.ts';
import type { Log } from '#model/log.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { guardedRequest } from '#notify/guard/guarded-request.ts';
import { parseAllowedTargets, TargetGuard } from '#notify/guard/target-guard.ts';
import { render } from '#notify/wording.ts';

export const now = epochMs(Date.parse('2026-03-01T08:00:00Z'));
const { privateKey, publicKey } = webPush.generateVAPIDKeys();
export const vapid = { publicKey, privateKey, subject: 'mailto:duty@example.org' };

export interface TestTools extends ChannelTools {
  /** All that was logged, as JSON lines. */
  readonly logged: string[];
  readonly commands: Parameters<ChannelTools['commandDevice']>[0][];
  setNow(at: number): void;
}

/** What a channel may use of the world: the real guard, which allows this machine here, and the real templates. */
export function testTools(overrides: Partial<ChannelTools> = {}): TestTools {
  const logged: string[] = [];
  const commands: TestTools['commands'] = [];
  let at: number = now;
  const guard = new TargetGuard(parseAllowedTargets('127.0.0.1, localhost'));
  const write = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return {
    clock: { now: () => epochMs(at) },
    log,
    request: (request, signal) => guardedRequest(guard, request, signal),
    resolve: (host, port) => guard.resolve(host, port),
    render,
    vapid,
    isWithin: (place, ancestor) => place === ancestor || place.startsWith(`${ancestor}-`),
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
