import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { community, tokens } from './support/community.ts';
import { LoadSender } from './support/load-sender.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const noon = Date.parse('2026-01-01T12:00:00+08:00');
const topic = 'gridbell/lianfang-1/smoke-b3-05/telemetry';

interface AlarmView {
  readonly id: string;
  readonly rule: string;
  readonly key: string;
  readonly state: string;
  readonly startedAt: string;
  readonly clearedAt: string | null;
}

describe('on the data clock', () => {
  it("smoke raises at the reading's time and clears two minutes after the all-clear", async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    using device = await RawMqtt.connect({
      port: platform.ready.mqtt,
      username: 'smoke-b3-05',
      password: tokens.smoke,
    });
    const say = (seconds: number, smoke: boolean, messageId: number) =>
      device.publish({
        topic,
        messageId,
        payload: JSON.stringify({ ts: noon + seconds * 1000, values: { smoke } }),
      });
    say(0, false, 1);
    say(60, true, 2);
    say(90, false, 3);
    say(300, false, 4);
    const [alarm] = await until(
      () => admin.all<AlarmView>('/api/v1/alarms'),
      ([first]) => first?.state === 'cleared',
    );
    expect(alarm).toMatchObject({
      rule: 'smoke-alarm',
      key: 'smoke-b3-05',
      startedAt: new Date(noon + 60_000).toISOString(),
      clearedAt: new Date(noon + 210_000).toISOString(),
    });
    expect((await admin.get<{ now: string }>('/api/v1/clock')).body.now).toBe(
      new Date(noon + 300_000).toISOString(),
    );
  });

  it('the last timers fire when time is told to pass', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const device = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 4 });
    await device.connect(platform.ready.mqtt);
    device.publish(topic, JSON.stringify({ ts: noon, values: { smoke: true } }));
    device.publish(topic, JSON.stringify({ ts: noon + 1000, values: { smoke: false } }));
    await until(
      async () => device.unacknowledged,
      (open) => open === 0,
    );
    await admin.post('/api/v1/clock/advance', {});
    expect(await admin.all<AlarmView>('/api/v1/alarms')).toMatchObject([
      { state: 'cleared', clearedAt: new Date(noon + 121_000).toISOString() },
    ]);
    device.close();
  });

  it('that the recording is over is no silence, and what comes later is', async () => {
    using directory = temporaryDirectory();
    await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
    const admin = await ApiClient.signIn(platform);
    await admin.post('/api/v1/import', community);
    const rule = {
      id: 'quiet',
      category: 'fire',
      severity: 'minor',
      property: 'smoke',
      devices: { id: ['smoke-b3-05'] },
      silentFor: '60s',
    };
    expect((await admin.send('PUT', '/api/v1/rules/quiet', rule)).status).toBeLessThan(300);
    const device = new LoadSender({ username: 'smoke-b3-05', password: tokens.smoke, window: 4 });
    await device.connect(platform.ready.mqtt);
    device.publish(topic, JSON.stringify({ ts: noon, values: { smoke: true } }));
    device.publish(topic, JSON.stringify({ ts: noon + 1000, values: { smoke: false } }));
    await until(
      async () => device.unacknowledged,
      (open) => open === 0,
    );
    const silences = async () =>
      (await admin.all<AlarmView>('/api/v1/alarms?rule=quiet')).map(({ startedAt }) => startedAt);
    // Two minutes pass until smoke-alarm has cleared.
    await admin.post('/api/v1/clock/advance', {});
    expect(await silences()).toEqual([]);
    await admin.post('/api/v1/clock/advance', { to: new Date(noon + 600_000).toISOString() });
    expect(await silences()).toEqual([new Date(noon + 181_000).toISOString()]);
    device.close();
  });

  it('the same recording gives the same alarms, tasks and times, with a kill in the middle as well', async () => {
    using directory = temporaryDirectory();
    const map = join(directory.path, 'map.yaml');
    const recording = join(directory.path, 'recording.csv');
    writeRecording(map, recording, directory.path);
    const [plain, again, killed] = [
      await outcome(join(directory.path, 'a'), map, recording, false),
      await outcome(join(directory.path, 'b'), map, recording, false),
      await outcome(join(directory.path, 'c'), map, recording, true),
    ];
    expect(plain.alarms.length).toBeGreaterThan(20);
    expect(again).toEqual(plain);
    // Ids come from positions in the log, and that of the killed one holds more: a second start, what was sent twice.
    expect(withoutIds(killed)).toEqual(withoutIds(plain));
  });
});

/** 20,000 rows of a detector that trips every ten minutes or so, one row a second. */
function writeRecording(map: string, recording: string, directory: string): void {
  const rows = Array.from({ length: 20_000 }, (_, second) => {
    const smoke = second % 617 >= 500 && second % 617 < 540 ? 1 : 0;
    return `${second},${20 + (second % 50) / 10},${smoke}`;
  });
  writeFileSync(recording, `second,temperature,smoke\n${rows.join('\n')}\n`);
  writeFileSync(join(directory, 'community.yaml'), JSON.stringify(community));
  writeFileSync(
    map,
    JSON.stringify({
      format: 'csv',
      community: 'community.yaml',
      time: { start: '2026-01-01T12:00:00+08:00', every: '1s' },
      devices: [
        {
          id: 'smoke-b3-05',
          properties: { temperature: 'temperature', smoke: { column: 'smoke', equals: 1 } },
        },
      ],
    }),
  );
}

async function outcome(dataDir: string, map: string, recording: string, withKill: boolean) {
  let platform = await RunningPlatform.start({ dataDir, clock: 'data' });
  const replay = run(process.execPath, [
    'cli/main.ts',
    'replay',
    recording,
    '--map',
    map,
    '--speed',
    'max',
    '--data-dir',
    dataDir,
  ]);
  if (withKill) {
    const admin = await ApiClient.signIn(platform);
    await until(
      () => admin.all<AlarmView>('/api/v1/alarms'),
      (alarms) => alarms.length > 8,
    );
    await platform.kill();
    platform = await RunningPlatform.start({ dataDir, clock: 'data' });
  }
  await replay;
  const admin = await ApiClient.signIn(platform);
  const alarms = await admin.all<AlarmView>('/api/v1/alarms');
  const tasks = await admin.all<{
    id: string;
    state: string;
    assignee: string;
    createdAt: string;
    alarms: string[];
    history: { at: string; action: string }[];
  }>('/api/v1/tasks');
  await platform.stop();
  return {
    alarms: alarms.map(({ clearedAt, id, key, rule, startedAt, state }) => ({
      id,
      clearedAt,
      key,
      rule,
      startedAt,
      state,
    })),
    tasks: tasks.map(({ alarms: ofTask, assignee, createdAt, history, id, state }) => ({
      id,
      alarms: ofTask,
      assignee,
      createdAt,
      state,
      history: history.map(({ action, at }) => ({ action, at })),
    })),
  };
}

/** Everything but the names; that a task is still of the same alarms is told by their number. */
const withoutIds = ({ alarms, tasks }: Awaited<ReturnType<typeof outcome>>) => ({
  alarms: alarms.map(({ id, ...alarm }) => ({ ...alarm, hasId: id !== '' })),
  tasks: tasks.map(({ id, ...task }) => ({ ...task, hasId: id !== '', alarms: task.alarms.length })),
});
