import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { logTo, openLog } from '#device-sim/run/message-log.ts';
import { speedOn } from '#device-sim/run/speed.ts';
import { startTime } from '#device-sim/run/start-time.ts';
import { takeIn } from '#device-sim/run/take-in.ts';
import { Waves } from '#device-sim/run/waves.ts';
import { epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Community, CommunityFile } from '#model/community.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const message = (device: string, values: object, at = 5): Outgoing => ({
  at: epochMs(at),
  device,
  topic: 'telemetry',
  payload: JSON.stringify({ ts: at, values }),
});
const lianfang = { id: 'lf', timezone: 'Asia/Shanghai' } as Community;

describe('the waves of a second', () => {
  it('a switch goes alone, measurements together, and the order stays', () => {
    const second = [
      message('a', { temperature: 20 }),
      message('b', { temperature: 21 }),
      message('c', { smoke: true }),
      message('d', { 'door-open': true }),
      message('e', { temperature: 22 }),
    ];
    expect(new Waves().of(second).map((wave) => wave.map(({ device }) => device))).toEqual([
      ['a', 'b'],
      ['c'],
      ['d'],
      ['e'],
    ]);
  });

  it('what is said again is no switch', () => {
    const waves = new Waves();
    waves.of([message('c', { smoke: false })]);
    const second = [message('c', { smoke: false }, 9), message('a', { temperature: 1 })];
    expect(waves.of(second)).toHaveLength(1);
    expect(waves.of([message('c', { smoke: true }, 12), message('a', { temperature: 1 })])).toHaveLength(2);
  });
});

describe('taking devices in', () => {
  it('brings nothing in where the platform does not say what stands: it may be real devices', async () => {
    const asked: string[] = [];
    const platform = {
      host: '127.0.0.1',
      request: async () => ({ status: 503, body: { code: 'not-ready' } }),
      call: async (method: string, path: string) => asked.push(`${method} ${path}`),
    };
    const community: CommunityFile = { community: lianfang };
    const taken = takeIn({ platform, community, devices: [], takeOver: false });
    await expect(taken).rejects.toThrow(/does not say what stands on it \(503\)/);
    expect(asked).toEqual([]);
  });
});

describe('--speed and --start', () => {
  it('are what the clock is for when they are not given', () => {
    expect(speedOn('data')).toBe('max');
    expect(speedOn('system')).toEqual({ faster: 1 });
    expect(iso(startTime('data', lianfang))).toBe('2025-12-31T16:00:00.000Z');
    expect(startTime('system', lianfang) % 1_000).toBe(0);
  });

  it('may be others on the data clock', () => {
    expect(speedOn('data', 'real')).toEqual({ faster: 1 });
    expect(speedOn('data', '60')).toEqual({ faster: 60 });
    expect(iso(startTime('data', lianfang, '2026-05-01T08:00:00+08:00'))).toBe('2026-05-01T00:00:00.000Z');
  });

  it('are refused with the reason where they make no sense', () => {
    for (const speed of ['max', '60', '0.5'])
      expect(() => speedOn('system', speed)).toThrow(/system clock.*--clock data/);
    expect(speedOn('system', 'real')).toEqual({ faster: 1 });
    for (const speed of ['fast', '0', '-1', ''])
      expect(() => speedOn('data', speed)).toThrow(/real, max or a number/);
    expect(() => startTime('system', lianfang, '2026-05-01T08:00:00+08:00')).toThrow(/now is now/);
    for (const start of ['2026-05-01', '2026-05-01T08:00:00', 'soon+08:00'])
      expect(() => startTime('data', lianfang, start)).toThrow(/ISO 8601 time with a zone/);
  });
});

describe('the message log', () => {
  const messages = [
    message('a', { temperature: 20 }, 1_767_196_800_172),
    { ...message('b', {}), payload: Uint8Array.of(255, 1) },
  ];
  const lines = [
    '{"at":"2025-12-31T16:00:00.172Z","device":"a","topic":"telemetry","payload":"{\\"ts\\":1767196800172,\\"values\\":{\\"temperature\\":20}}"}\n',
    '{"at":"1970-01-01T00:00:00.005Z","device":"b","topic":"telemetry","base64":"/wE="}\n',
  ];

  it('has a line for each message, base64 where it is no text', async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'log.jsonl');
    const log = await openLog(file);
    await log.write(messages);
    await log.close();
    expect(readFileSync(file, 'utf8')).toBe(lines.join(''));
    const out: string[] = [];
    await logTo((text) => out.push(text)).write(messages);
    expect(out.join('')).toBe(lines.join(''));
  });

  it('says when it cannot be written', async () => {
    await expect(openLog('/nowhere/at/all.jsonl')).rejects.toThrow(/cannot be written.*check the path/);
  });
});
