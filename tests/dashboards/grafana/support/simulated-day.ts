import { join } from 'node:path';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { sim } from '#tests/device-sim/run/simulated.ts';
import { ApiClient } from '#tests/flow/support/api-client.ts';
import { RunningPlatform } from '#tests/flow/support/running-platform.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import type { Influxd } from './influxd.ts';

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

interface AlarmView {
  readonly id: string;
  readonly severity: string;
  readonly startedAt: string;
  readonly clearedAt: string | null;
}

interface TaskView {
  readonly id: string;
  readonly createdAt: string;
  readonly history: readonly {
    readonly at: string;
    readonly action: string;
    readonly from: string | null;
    readonly to: string;
  }[];
}

/** An evening of a small community: what the platform has of it, and tells Prometheus; InfluxDB has what the boards ask. */
export interface SimulatedDay {
  readonly metrics: string;
  readonly alarms: readonly AlarmView[];
  readonly tasks: readonly TaskView[];
  /** from ≤ everything < to. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Plays it through a real platform whose history is in that InfluxDB; resolves when all of it is there. */
export async function simulatedDay(influxd: Influxd): Promise<SimulatedDay> {
  using directory = temporaryDirectory();
  const dataDir = join(directory.path, 'data');
  await using platform = await RunningPlatform.start({
    dataDir,
    clock: 'data',
    env: {
      GRIDBELL_HISTORY_KIND: 'influxdb',
      GRIDBELL_HISTORY_URL: influxd.url,
      GRIDBELL_HISTORY_DATABASE: influxd.database,
    },
  });
  const ran = await sim(dataDir, [
    `--devices=${devices}`,
    `--seed=${seed}`,
    `--hours=${hours}`,
    `--start=${new Date(from).toISOString()}`,
    ...stories.flatMap((story) => ['--scenario', story]),
  ]);
  if (ran.code !== 0) throw new Error(`the simulator failed: ${ran.err}`);
  const admin = await ApiClient.signIn(platform);
  const alarms = await admin.all<AlarmView>('/api/v1/alarms?limit=1000');
  const tasks: TaskView[] = [];
  for (const { id } of await admin.all<TaskView>('/api/v1/tasks?limit=1000'))
    tasks.push((await admin.get<TaskView>(`/api/v1/tasks/${id}`)).body);
  let metrics: string;
  do metrics = (await admin.get<string>('/metrics')).body;
  while (
    ['lag_records', 'events_waiting'].some((name) => !metrics.includes(`\ngridbell_history_${name} 0\n`))
  );
  return { metrics, alarms, tasks, from, to: epochMs(from + (hours + 1) * 3_600_000) };
}
