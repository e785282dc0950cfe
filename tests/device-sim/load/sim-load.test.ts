import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { loadCommunity } from '#device-sim/load/community.ts';
import { GeneratorProcess } from '#device-sim/load/generator-process.ts';
import type { LoadRun } from '#device-sim/load/load-run.ts';
import { gridbell, type Ran } from '#tests/cli/terminal.ts';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { isLongRun } from '#tests/support/long-run.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** A short load; the options come on top. Times are never asserted. */
const load = (dataDir: string, ...options: readonly string[]): Promise<Ran> =>
  gridbell(
    [
      `sim load --data-dir ${dataDir} --connections 20 --rate 200 --seconds 3 --warm-up 1 --alarms-per-second 2`.split(
        ' ',
      ),
      options,
    ].flat(),
  );

const standing = async (admin: ApiClient): Promise<Readonly<Record<string, number>>> => {
  const file = (await admin.get<Record<string, readonly unknown[]>>('/api/v1/export')).body;
  return Object.fromEntries(
    ['devices', 'places', 'people', 'rosters'].map((name) => [name, file[name]?.length ?? 0]),
  );
};
const nothing = { devices: 0, places: 0, people: 0, rosters: 0 };

// Two of a kind at once might come as one.
const endings = [['SIGINT', 'SIGTERM'], ['SIGTERM'], ['SIGHUP']] as const;
const triedEndings = isLongRun ? endings : endings.slice(0, 1);

/** A load of five minutes that is told to end when it has begun to make its devices. */
async function loadEndedBy(signals: (typeof endings)[number], dataDir: string) {
  const words = `sim load --data-dir ${dataDir} --connections 20 --rate 200 --seconds 300 --warm-up 0 --json`;
  const child = spawn(process.execPath, ['cli/main.ts', ...words.split(' ')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const out = text(child.stdout);
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    told.push(line);
    if (line.startsWith('gridbell: making')) for (const signal of signals) child.kill(signal);
  }
  return { ended: await ended, out: await out, told };
}

describe('gridbell sim load', () => {
  it('counts what the platform counts, reports it, and takes its devices away again', async () => {
    using directory = temporaryDirectory();
    const dataDir = join(directory.path, 'data');
    await using platform = await RunningPlatform.start({ dataDir });
    const report = join(directory.path, 'report');
    const { code, err, out } = await load(dataDir, '--report', report, '--json');
    expect(code, err.join('\n')).toBe(0);
    const run = JSON.parse(out) as LoadRun;
    expect(run.load).toMatchObject({ sent: 800, acknowledged: 800, unacknowledged: 0, closed: 0 });
    expect(run.load.puback.count).toBe(600);
    expect(run.load.seconds.length).toBeGreaterThanOrEqual(3);
    expect(run.witness).toMatchObject({ sounded: 6, acknowledged: 6, missing: 0 });
    // Nobody else is there: not only within 5 %.
    const counted = run.comparisons.filter(({ unit }) => unit !== 'ms');
    expect(counted.map(({ name, ours, platforms }) => [name, ours, platforms])).toEqual([
      ['acknowledged', 806, 806],
      ['taken by the engine', 1_606, 1_606],
      ['in history', 1_606, 1_606],
      ['raised', 6, 6],
      ['opened', 6, 6],
    ]);
    const latencies = run.comparisons.filter(({ unit }) => unit === 'ms');
    expect(latencies.map(({ name }) => name)).toContain('publish → task, mean');
    for (const { name, ours, platforms } of latencies) {
      expect(ours, name).toBeGreaterThan(0);
      expect(platforms, name).toBeGreaterThan(0);
    }
    expect(run.load.service.meanMs).toBeLessThanOrEqual(run.load.puback.meanMs);

    expect(JSON.parse(readFileSync(join(report, 'load.json'), 'utf8'))).toEqual(run);
    expect(readFileSync(join(report, 'load.md'), 'utf8')).toContain('800 sent, 800 acknowledged');
    expect(readFileSync(join(report, 'load.html'), 'utf8')).toContain('publish → task over time');

    const admin = await ApiClient.signIn(platform);
    expect(await standing(admin)).toEqual(nothing);
    const { items } = (await admin.get<{ items: readonly { state: string }[] }>('/api/v1/tasks')).body;
    expect(items.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'void'));
  });

  it('leaves all as it is with --keep, until --clean', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    const { code, err } = await load(directory.path, '--seconds', '1', '--closed-loop', '2', '--keep');
    expect(code, err.join('\n')).toBe(0);
    expect(await standing(admin)).toEqual({ devices: 22, places: 4, people: 5, rosters: 3 });
    const cleaned = await load(directory.path, '--clean');
    expect(cleaned).toMatchObject({
      code: 0,
      out: 'deleted 22 devices with their places and people; 2 tasks void',
    });
    expect(await standing(admin)).toEqual(nothing);
    expect((await load(directory.path, '--clean')).out).toBe('nothing of a load stands');
  });

  it('ends with 1 and the reason when the platform counted otherwise', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    const others = loadCommunity({ community: { id: 'load' }, prefix: 'others', senders: 5, detectors: 0 });
    await admin.post('/api/v1/import', others.file);
    await using generator = new GeneratorProcess();
    const port = platform.ready.mqtt;
    await generator.ask('connect', { port, perSecond: 100, keepAliveS: 60, accounts: others.senders });
    const beside = generator.ask('openLoop', { rate: 100, warmUpS: 0, seconds: 600 });
    const { code, err, out } = await load(directory.path);
    await generator.ask('stop', null);
    await beside;
    expect(code).toBe(1);
    expect(err.at(-1)).toMatch(
      /^gridbell: the platform counted otherwise: acknowledged: 806 msg by us, \d+ by the platform/,
    );
    expect(out).toContain('**Not good**');
  });

  it('loads beside a community that lives only when it is named, and as much as files can be open', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', {
      community: { id: 'lianfang-1' },
      places: [{ id: 'g1', kind: 'grid', parent: 'lianfang-1' }],
    });
    const refused = await load(directory.path);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err.at(-1)).toContain('say --community lianfang-1');
    const tooMany = await load(directory.path, '--community', 'lianfang-1', '--connections', '2000000');
    expect(tooMany.code).toBe(1);
    expect(tooMany.err.at(-1), 'says how many files it needs').toMatch(/raise it with ulimit -n 2000064 /);
    const { code, err } = await load(directory.path, '--seconds', '1', '--community', 'lianfang-1');
    expect(code, err.join('\n')).toBe(0);
    expect(await standing(admin)).toEqual({ ...nothing, places: 1 });
  });

  it('takes its devices away again after Ctrl-C, SIGTERM and a terminal that is closed', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const admin = await ApiClient.signIn(platform);
    for (const signals of triedEndings) {
      const { ended, out, told } = await loadEndedBy(signals, directory.path);
      expect(ended, `${signals.join(', ')}: ${told.join('\n')}`).toEqual([0, null]);
      expect(JSON.parse(out), signals.join(', ')).toMatchObject({ isCutShort: true });
      expect(await standing(admin), signals.join(', ')).toEqual(nothing);
    }
  });

  it('refuses a platform on the data clock', async () => {
    using directory = temporaryDirectory();
    await using _ = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const { code, err } = await load(directory.path);
    expect(code).toBe(1);
    expect(err.at(-1)).toContain('runs on the data clock');
  });
});

describe('a load that does not fit', () => {
  it('says that nothing runs', async () => {
    using directory = temporaryDirectory();
    const { code, err } = await load(directory.path);
    expect(code).toBe(1);
    expect(err.at(-1)).toContain('no platform runs');
  });
});
