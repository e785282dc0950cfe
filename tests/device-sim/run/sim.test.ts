import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { sim, simulatedAfresh, startSim } from './simulated.ts';

const evening = ['--devices', '60', '--seed', '7', '--hours', '3', '--start', '2026-01-01T17:00:00+08:00'];
const stories = ['kitchen-fire+20m', 'fall+1h', 'sos-pressed+90m', 'door-left-open+100m'].flatMap((name) => [
  '--scenario',
  name,
]);

describe('gridbell sim on the data clock', () => {
  it('the same seed: the same messages, the announced alarms and no other, the same tasks with the same ids', async () => {
    using one = temporaryDirectory();
    using other = temporaryDirectory();
    const first = await simulatedAfresh(one.path, [...evening, ...stories, '--json']);
    const second = await simulatedAfresh(other.path, [...evening, ...stories, '--json']);
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    const summary = JSON.parse(first.out) as {
      messages: number;
      acknowledged: number;
      alarms: { announced: number; came: number; missing: object[]; unannounced: object[] };
    };
    expect(summary.alarms).toMatchObject({ missing: [], unannounced: [], withoutTask: [] });
    expect(summary.alarms.announced).toBeGreaterThanOrEqual(3);
    expect(summary.alarms.came).toBe(summary.alarms.announced);
    expect(summary.acknowledged).toBe(summary.messages);
    expect(first.log.trimEnd().split('\n')).toHaveLength(summary.messages);
    expect(first.tasks.length).toBeGreaterThan(0);
    expect(second.log).toBe(first.log);
    expect(second.alarms).toEqual(first.alarms);
    expect(second.tasks).toEqual(first.tasks);
    const alone = await sim(one.path, [...evening, ...stories, '--dry-run']);
    expect(alone.out.trimEnd()).toBe(first.log.trimEnd());
    const otherSeed = await sim(one.path, [...evening, ...stories, '--seed', '8', '--dry-run']);
    expect(otherSeed.out.trimEnd()).not.toBe(first.log.trimEnd());
  });

  it('faults: what nobody can read is in quarantine, and the alarms are those that were announced', async () => {
    using directory = temporaryDirectory();
    const faults = ['--fault', 'duplicate=0.2', '--fault', 'garbage=0.1', '--fault', 'reconnect-storm=2'];
    const ran = await simulatedAfresh(directory.path, [...evening, ...stories, ...faults, '--json']);
    expect(ran.err).toBe('');
    expect(ran.code).toBe(0);
    const summary = JSON.parse(ran.out) as {
      faults: { name: string; injected: Record<string, number> }[];
      quarantined: { injected: number; platform: number };
      repeats: number;
      reconnects: number;
    };
    const injected = (name: string): number =>
      Object.values(summary.faults.find((fault) => fault.name === name)?.injected ?? {}).reduce(
        (sum, count) => sum + count,
        0,
      );
    expect(injected('garbage')).toBeGreaterThan(50);
    expect(summary.quarantined).toEqual({ injected: injected('garbage'), platform: injected('garbage') });
    expect(injected('duplicate')).toBeGreaterThan(50);
    expect(summary.repeats).toBeGreaterThanOrEqual(injected('duplicate'));
    expect(summary.reconnects).toBe(60 * injected('reconnect-storm'));
    const alone = await sim(directory.path, [...evening, ...stories, ...faults, '--dry-run']);
    expect(alone.out.trimEnd()).toBe(ran.log.trimEnd());
  });

  it('ends with 1 and says which alarms were not announced, or did not come', async () => {
    using directory = temporaryDirectory();
    const wrong = join(directory.path, 'quiet-fire.yaml');
    const library = readFileSync('device-sim/scenarios/library/kitchen-fire.yaml', 'utf8');
    writeFileSync(wrong, library.replace(/^expect:[\s\S]*$/m, 'expect: []\n'));
    const { code, out } = await simulatedAfresh(directory.path, [
      ...evening,
      '--hours',
      '0.5',
      '--scenario',
      `${wrong}+20m`,
    ]);
    expect(out).toContain('NOT as announced');
    expect(out).toMatch(/unannounced +smoke-alarm sim-\S+ at 2026-01-01T09:2/);
    expect(code).toBe(1);
  });
});

describe('gridbell sim and a platform that goes away', () => {
  it('waits, comes back to other ports, and the alarms are those that were announced', async () => {
    using directory = temporaryDirectory();
    const dataDir = directory.path;
    let platform = await RunningPlatform.start({ dataDir, clock: 'data' });
    try {
      const log = join(dataDir, 'messages.jsonl');
      const running = startSim(dataDir, [...evening, ...stories, '--log', log, '--json']);
      const lines = (): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length : 0);
      await until(
        async () => lines(),
        (count) => count > 200,
      );
      await platform.kill();
      platform = await RunningPlatform.start({ dataDir, clock: 'data' });
      const { code, err, out } = await running.ended;
      expect(err).toContain('all connections are back');
      expect(code).toBe(0);
      const summary = JSON.parse(out) as { messages: number; acknowledged: number; alarms: object };
      expect(summary.acknowledged).toBe(summary.messages);
      expect(summary.alarms).toMatchObject({ missing: [], unannounced: [], withoutTask: [] });
      const alone = await sim(dataDir, [...evening, ...stories, '--dry-run']);
      expect(readFileSync(log, 'utf8').trimEnd()).toBe(alone.out.trimEnd());
    } finally {
      await platform.kill();
    }
  });
});

describe('gridbell sim and what stands already', () => {
  it('leaves a real device its token, unless it is told to take it over', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    const file = join(directory.path, 'community.json');
    const community = {
      community: { id: 'lf', timezone: 'Asia/Shanghai' },
      places: [{ id: 'b1', kind: 'building', parent: 'lf' }],
      devices: [{ id: 'climate-1', kind: 'environment', place: 'b1' }],
    };
    writeFileSync(file, JSON.stringify(community));
    await admin.post('/api/v1/import', community);
    const refused = await sim(directory.path, ['--community', file, '--hours', '1']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/climate-1 on the platform is not tagged simulated.*--take-over/);
    const taken = await sim(directory.path, ['--community', file, '--hours', '1', '--take-over']);
    expect(taken.out).toContain('1 devices of lf');
    const again = await sim(directory.path, ['--community', file, '--hours', '1']);
    expect(again.err).toMatch(/already, and time does not go back; begin later with --start/);
    const other = await sim(directory.path, ['--devices', '5', '--start', '2026-02-01T00:00:00+08:00']);
    expect(other.err).toMatch(/holds the community lf, the fleet's is sim-1/);
    expect(taken.out + taken.err + again.err).not.toMatch(/token[ =:]\S/);
  });

  it('goes on where an earlier run ended, at the time that it is told', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const hour = ['--devices', '60', '--seed', '7', '--hours', '1'];
    expect((await sim(directory.path, [...hour, '--scenario', 'sos-pressed+59m'])).code).toBe(0);
    const refused = await sim(directory.path, hour);
    const [, start = ''] = /begin later with --start (\S+),/.exec(refused.err) ?? [];
    const { code, out } = await sim(directory.path, [...hour, '--start', start]);
    expect(out).toContain('as announced');
    expect(code).toBe(0);
    expect(await platform.stop()).toBe(0);
  });
});

describe('gridbell sim on the system clock', () => {
  it('refuses another speed with the reason; devices live until they are told to end, and the platform hears them leave', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path });
    const refused = await sim(directory.path, ['--speed', '60']);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/system clock, where a minute takes a minute.*--clock data/);

    const storms = ['--fault', 'reconnect-storm=1800'];
    const running = startSim(directory.path, ['--devices', '40', '--seed', '7', '--json', ...storms]);
    const admin = await ApiClient.signIn(platform);
    await until(
      () => onlineOf(admin),
      (online) => online.length === 40 && !online.includes(false),
    );
    running.child.kill('SIGINT');
    const { code, out } = await running.ended;
    expect(code).toBe(0);
    const summary = JSON.parse(out) as { messages: number; acknowledged: number; devices: number };
    expect(summary.devices).toBe(40);
    expect(summary.acknowledged).toBe(summary.messages);
    await until(
      () => onlineOf(admin),
      (online) => !online.includes(true),
    );
  });
});

/** Of each device, whether it is there; empty while there are none. */
async function onlineOf(admin: ApiClient): Promise<readonly boolean[]> {
  const { body } = await admin.get<{ items?: { online: boolean | null }[] }>('/api/v1/devices?limit=100');
  return (body.items ?? []).map(({ online }) => online === true);
}
