import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopwatch } from '#model/clock.ts';
import { RawMqtt } from '#tests/support/raw-mqtt.ts';
import { ApiClient } from './api-client.ts';
import { caughtUp } from './caught-up.ts';
import { community } from './community.ts';
import type { FloodedDevice, FlooderSaid } from './flooder.ts';
import { readings } from './kill-rounds.ts';
import { RunningPlatform } from './running-platform.ts';

export interface FloodReport {
  readonly sent: number;
  readonly acknowledged: number;
  readonly seconds: number;
  readonly cutOff: number;
  /** Acknowledged messages that are not in history, `DEVICE NUMBER`; at most a hundred are named. */
  readonly lost: readonly string[];
  /** Numbers that stand more than once. */
  readonly twice: readonly string[];
  /** From the publication of an alarm to its task on the stream, sorted; an alarm without a task is not in it. */
  readonly taskMs: readonly number[];
  readonly alarms: number;
  readonly ready: number;
}

interface FloodOptions {
  readonly dataDir: string;
  readonly connections: number;
  readonly seconds: number;
  /** Smoke alarms, evenly over the time. */
  readonly alarms: number;
  readonly say: (line: string) => void;
}

const alarmWithinMs = 60_000;

/** A building of its own for each detector, so that no alarm joins the task of another. */
const fleetOf = ({ alarms, connections }: FloodOptions) => ({
  ...community,
  places: [
    ...community.places,
    ...Array.from({ length: alarms }, (_, index) => ({
      id: `tower-${index}`,
      kind: 'building',
      parent: 'g1',
    })),
  ],
  devices: [
    ...Array.from({ length: connections }, (_, index) => ({
      id: `flood-${index}`,
      kind: 'environment',
      place: 'b3',
      token: `token-of-flood-${index}`,
    })),
    ...Array.from({ length: alarms }, (_, index) => ({
      id: `alarm-${index}`,
      kind: 'smoke-detector',
      place: `tower-${index}`,
      token: `token-of-alarm-${index}`,
    })),
  ],
});

/** Many connections publish as fast as they may, from another process; beside them smoke detectors raise alarms. */
export async function flood(options: FloodOptions): Promise<FloodReport> {
  const { alarms, connections, dataDir, say, seconds } = options;
  await using platform = await RunningPlatform.start({ dataDir });
  const client = await ApiClient.signIn(platform);
  const imported = await client.post('/api/v1/import', fleetOf(options));
  if (imported.status !== 200) throw new Error(JSON.stringify(imported.body));
  const seenAt = new Map<string, number>();
  void watch(client, seenAt);
  say(`a community of ${connections} devices`);
  const flooder = await startFlooder(platform.ready.mqtt, connections);
  say('all are connected');
  flooder.send('flood');
  const began = stopwatch();
  const raisedAt = new Map<string, number>();
  for (let index = 0; index < alarms; index++) {
    await pause(Math.max(0, began + ((index + 0.5) * seconds * 1_000) / alarms - stopwatch()));
    const at = stopwatch();
    raisedAt.set(`tower-${index}`, at);
    void raise(platform.ready.mqtt, index);
  }
  await pause(Math.max(0, began + seconds * 1_000 - stopwatch()));
  const devices = await stopFlooder(flooder);
  const tookMs = stopwatch() - began;
  const deadline = stopwatch() + alarmWithinMs;
  while (seenAt.size < alarms && stopwatch() < deadline) await pause(50);
  say(`flooded for ${(tookMs / 1_000).toFixed(1)} s; ${seenAt.size} of ${alarms} alarms have a task`);
  await caughtUp(client);
  say(`the history has it all ${((stopwatch() - began - tookMs) / 1_000).toFixed(1)} s later`);
  const compared = await compare(client, devices);
  say(`compared ${((stopwatch() - began - tookMs) / 1_000).toFixed(1)} s later`);
  return {
    sent: devices.reduce((sum, { sent }) => sum + sent, 0),
    acknowledged: devices.reduce((sum, device) => sum + countOf(device), 0),
    cutOff: devices.reduce((sum, { cutOff }) => sum + cutOff, 0),
    seconds: tookMs / 1_000,
    taskMs: [...raisedAt]
      .flatMap(([place, at]) => (seenAt.has(place) ? [(seenAt.get(place) ?? 0) - at] : []))
      .sort((a, b) => a - b),
    alarms,
    ready: (await client.get('/health/ready')).status,
    ...compared,
  };
}

/** A detector that was asleep: it connects to say that there is smoke. */
async function raise(port: number, index: number): Promise<void> {
  const username = `alarm-${index}`;
  using detector = await RawMqtt.connect({ port, username, password: `token-of-${username}` });
  const topic = `gridbell/lianfang-1/${username}/telemetry`;
  await detector.publishAcknowledged({ topic, payload: '{"smoke":true}', messageId: 1 }, alarmWithinMs);
}

async function watch(client: ApiClient, seenAt: Map<string, number>): Promise<void> {
  try {
    for await (const { data, event } of client.stream('tasks')) {
      const { place } = data as { place?: string };
      if (event === 'task' && place?.startsWith('tower-') && !seenAt.has(place))
        seenAt.set(place, stopwatch());
    }
  } catch {
    // It ends with the platform.
  }
}

async function startFlooder(port: number, connections: number): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('./flooder.ts', import.meta.url));
  const args = [entry, String(port), community.community.id, String(connections)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

async function stopFlooder(child: ChildProcess): Promise<readonly FloodedDevice[]> {
  child.send('stop');
  const [said] = (await once(child, 'message')) as [FlooderSaid];
  return said.kind === 'ended' ? said.devices : [];
}

const countOf = ({ acknowledged }: FloodedDevice): number =>
  acknowledged.reduce((sum, [from, to]) => sum + to - from + 1, 0);

const mostNamed = 100;

/** What was acknowledged against what stands in history, by the number that each message carried. */
async function compare(client: ApiClient, devices: readonly FloodedDevice[]) {
  const lost: string[] = [];
  const twice: string[] = [];
  for (const { acknowledged, device } of devices) {
    const seen = new Set<number>();
    for (const { value } of await readings(client, device, 'seq')) {
      if (seen.has(Number(value))) twice.push(`${device} ${Number(value)}`);
      seen.add(Number(value));
    }
    for (const [from, to] of acknowledged)
      for (let number = from; number <= to; number++)
        if (!seen.has(number) && lost.length < mostNamed) lost.push(`${device} ${number}`);
  }
  return { lost, twice };
}
