import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Placements } from '#app/history/placements.ts';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { Ingest } from '#ingest/ingest.ts';
import { type EpochMs, epochMs, position } from '#model/brand.ts';
import { readingLine } from '#store/history/influxdb/lines.ts';
import { sim } from '#tests/device-sim/run/simulated.ts';
import { configurationOf } from '#tests/device-sim/support/platform.ts';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { alarmLine, taskLine } from './line-protocol.ts';

const devices = 90;
const seed = 11;
const hours = 3;
const from = epochMs(Date.parse('2026-01-05T17:00:00+08:00'));
const stories = [
  'kitchen-fire+20m',
  'fall+40m',
  'sos-pressed+60m',
  'door-left-open+70m',
  'fire-lane-blocked+80m',
  'leak+90m',
  'e-bike-in-lift+100m',
  'smoke-test+110m',
];

interface Said {
  readonly at: string | number;
  readonly device: string;
  readonly topic: string;
  readonly payload?: string;
}

interface AlarmView {
  readonly id: string;
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly place: string;
  readonly startedAt: string;
  readonly clearedAt: string | null;
}

interface TaskView {
  readonly id: string;
  readonly category: string;
  readonly place: string;
  readonly createdAt: string;
  readonly history: readonly { readonly at: string; readonly action: string; readonly to: string }[];
}

/** An evening of a small community: what it says to InfluxDB, and what the platform tells Prometheus of it. */
export interface SimulatedDay {
  readonly lines: readonly string[];
  readonly metrics: string;
  /** from ≤ everything < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** Plays it through a real platform, and through ingest. */
export async function simulatedDay(): Promise<SimulatedDay> {
  using directory = temporaryDirectory();
  const dataDir = join(directory.path, 'data');
  const log = join(directory.path, 'messages.jsonl');
  await using platform = await RunningPlatform.start({ dataDir, clock: 'data' });
  const ran = await sim(dataDir, [
    `--devices=${devices}`,
    `--seed=${seed}`,
    `--hours=${hours}`,
    `--start=${new Date(from).toISOString()}`,
    `--log=${log}`,
    ...stories.flatMap((story) => ['--scenario', story]),
  ]);
  if (ran.code !== 0) throw new Error(`the simulator failed: ${ran.err}`);
  const configuration = configurationOf(generatedCommunity({ devices, seed }));
  const admin = await ApiClient.signIn(platform);
  const alarms = await admin.all<AlarmView>('/api/v1/alarms?limit=1000');
  const tasks: TaskView[] = [];
  for (const { id } of await admin.all<TaskView>('/api/v1/tasks?limit=1000'))
    tasks.push((await admin.get<TaskView>(`/api/v1/tasks/${id}`)).body);
  const metrics = (await admin.get<string>('/metrics')).body;

  const placements = new Placements({
    community: () => configuration.community,
    device: (id) => configuration.device(id),
    place: (id) => configuration.place(id),
  });
  const community = configuration.communityId ?? '';
  const ingest = new Ingest({ configuration, clock: 'data', pseudonymKey: new Uint8Array(32).fill(7) });
  const said = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
  const readings = said.flatMap(({ at, device, payload = '', topic }, index) => {
    const receivedAt = epochMs(typeof at === 'number' ? at : Date.parse(at));
    const { observations } = ingest.take(
      {
        type: 'message',
        at: receivedAt,
        sender: device as never,
        client: device,
        topic: `gridbell/${community}/${device}/${topic}`,
        payload: Buffer.from(payload),
        qos: 1,
        dup: false,
        retain: false,
        messageId: 0,
        state: false,
      },
      position(index + 1),
      receivedAt,
    );
    return observations.flatMap((observation) =>
      [...observation.values].map(([property, value]) =>
        readingLine({ ...observation, property, value }, placements.of(observation.device)),
      ),
    );
  });
  const events = alarms.flatMap((alarm) => {
    const { clearedAt, startedAt } = alarm;
    const raised = alarmLine({ alarm, configuration, kind: 'raised', at: Date.parse(startedAt), seconds: 0 });
    if (clearedAt === null) return [raised];
    const seconds = secondsBetween(startedAt, clearedAt);
    return [raised, alarmLine({ alarm, configuration, kind: 'cleared', at: Date.parse(clearedAt), seconds })];
  });
  const steps = tasks.flatMap((task) =>
    task.history.map(({ action, at, to }) =>
      taskLine({
        task,
        configuration,
        action,
        state: to,
        overdue: action === 'overdue',
        at: Date.parse(at),
        seconds: secondsBetween(task.createdAt, at),
      }),
    ),
  );
  return {
    lines: [...readings, ...events, ...steps],
    metrics,
    from,
    to: epochMs(from + (hours + 1) * 3_600_000),
  };
}
