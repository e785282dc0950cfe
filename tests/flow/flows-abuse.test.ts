import mqtt from 'mqtt';
import { expect, it, vi } from 'vitest';
import { abuses, tabOf } from '#bench/flows/abuses.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { ApiClient, until } from './support/api-client.ts';
import { childrenOf, isRunning } from './support/children-of.ts';
import { community, detectors } from './support/community.ts';
import { deploy, type FlowsView, flowsOf, never, untilFlows } from './support/flows-platform.ts';
import { RunningPlatform } from './support/running-platform.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

/** Less patient than usual, so that a test need not be patient; but a start may take what it takes. */
const flowsTimings = {
  lookEveryMs: 50,
  pulseEveryMs: 200,
  // To take in what is deployed is no hanging, on a slow machine neither.
  hungAfterMs: 4_000,
  startWithinMs: never,
  firstWaitMs: 50,
};

interface AlarmView {
  readonly key: string;
  readonly state: string;
  readonly tasks: readonly string[];
}

async function startAbused(dataDir: string, but: Readonly<Record<string, number>> = {}) {
  const platform = await RunningPlatform.start({ dataDir, flowsTimings: { ...flowsTimings, ...but } });
  const admin = await ApiClient.signIn(platform);
  await admin.post('/api/v1/import', { ...community, devices: detectors(20) });
  await untilFlows(admin, ({ state }) => state === 'running');
  let next = 0;
  return {
    platform,
    admin,
    /** A detector that says smoke has its acknowledgement, its alarm and its task. */
    goesOn: async (): Promise<void> => {
      const device = `smoke-${next}`;
      next += 1;
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${platform.ready.mqtt}`, {
        username: device,
        password: `token-of-${device}`,
        reconnectPeriod: 0,
      });
      await client.publishAsync(`gridbell/lianfang-1/${device}/telemetry`, '{"smoke":true}', { qos: 1 });
      await client.endAsync();
      await until(
        () => admin.all<AlarmView>('/api/v1/alarms?severity=critical'),
        (alarms) =>
          alarms.some(({ key, state, tasks }) => key === device && state === 'active' && tasks.length > 0),
      );
    },
  };
}

/** What each crash is, until flows are paused after so many; then they are mended. */
async function crashesAndIsMended(
  nodes: readonly Readonly<Record<string, unknown>>[],
  reason: 'hung' | 'crashed' | 'memory',
  crashesUntilSafe: number,
): Promise<FlowsView> {
  using directory = temporaryDirectory();
  const { admin, goesOn, platform } = await startAbused(directory.path, {
    crashesUntilSafe,
    ...(reason === 'hung' ? {} : { hungAfterMs: never }),
  });
  await using _ = platform;
  // Who deploys it may not hear that it was.
  await deploy(admin, nodes).catch(() => undefined);
  await untilFlows(admin, ({ crashes }) => (crashes[reason] ?? 0) >= 1);
  await goesOn();
  const paused = await untilFlows(admin, ({ state }) => state === 'safe-mode');
  expect(paused.crashes[reason]).toBe(crashesUntilSafe);
  expect(paused.lastEnd?.reason).toBe(reason);
  await goesOn();

  // It is said, and Gridbell is as ready as before.
  const health = await fetch(`http://127.0.0.1:${platform.ready.http}/health/ready`);
  expect(health.status).toBe(200);
  // A crash or two may be chance, and are not complained of.
  expect(await health.text()).toContain(
    crashesUntilSafe > 2
      ? `crashed ${crashesUntilSafe} times in a row and are paused`
      : `safe-mode; the last time: ${reason}`,
  );

  // The editor has what crashed; what is deployed then runs, and would after a restart.
  expect((await admin.get<unknown[]>('/flows/flows')).body).toHaveLength(nodes.length);
  await deploy(admin, tabOf({ id: 'note', type: 'comment', name: 'mended', wires: [] }));
  const mended = await untilFlows(admin, ({ state }) => state === 'running');
  expect(mended.crashes[reason]).toBe(crashesUntilSafe);
  await goesOn();
  expect(await platform.stop()).toBe(0);
  return paused;
}

it('a flow that computes without end is ended, started again, paused in the end; alarms go on', async () => {
  await crashesAndIsMended(abuses.busyLoop, 'hung', 3);
});

it('flows that compute without end when Gridbell is killed are ended by the next one, and stay stopped when that is wanted', async () => {
  using directory = temporaryDirectory();
  const first = await startAbused(directory.path, { hungAfterMs: never });
  const [child = 0] = childrenOf(first.platform.ready.pid);
  void deploy(first.admin, abuses.busyLoop).catch(() => undefined);
  await until(
    () => flowsOf(first.admin),
    ({ pulseMs, cpuMs }) => pulseMs !== null && (cpuMs ?? 0) > 0,
  );
  const before = (await flowsOf(first.admin)).cpuMs ?? 0;
  await untilFlows(first.admin, ({ cpuMs }) => (cpuMs ?? 0) > before + 3_000);
  await first.platform.kill();
  expect(isRunning(child)).toBe(true);

  await using second = await RunningPlatform.start({ dataDir: directory.path, flowsTimings });
  const admin = await ApiClient.signIn(second);
  await until(
    async () => isRunning(child),
    (there) => !there,
  );
  await admin.post('/api/v1/flows/stop');
  expect(await second.stop()).toBe(0);
  await using third = await RunningPlatform.start({ dataDir: directory.path, flowsTimings });
  expect((await flowsOf(await ApiClient.signIn(third))).state).toBe('stopped');
});

it('a rejection that nobody handles ends the process and nothing else', async () => {
  const { lastEnd } = await crashesAndIsMended(abuses.rejection, 'crashed', 1);
  expect(lastEnd?.detail).toContain('code 1');
});

it('a gigabyte is taken from a flow by ending it', async () => {
  const { lastEnd } = await crashesAndIsMended(abuses.gigabyte, 'memory', 1);
  expect(lastEnd?.detail).toContain('512 MB');
});

it('100,000 alarms a second are answered 429, and are no flood of tasks; alarms go on', async () => {
  using directory = temporaryDirectory();
  const { admin, goesOn, platform } = await startAbused(directory.path, { hungAfterMs: never });
  await using _ = platform;
  const url = `http://127.0.0.1:${platform.ready.http}`;
  const { body } = await admin.post<{ token: string }>('/api/v1/tokens', {
    name: 'flood',
    role: 'property-manager',
  });
  const began = performance.now();
  // Most of what its minute allows is spent before: alarms come evenly, and alone would meet the end of it after most of a minute.
  const flood = { authorization: `Bearer ${body.token}`, 'content-type': 'application/json' };
  for (let n = 0; n < 500; n++)
    await fetch(`${url}/api/v1/alarms/clear`, { method: 'POST', headers: flood, body: '{}' });
  await deploy(admin, abuses.alarms({ url, token: body.token, place: 'b3' }));
  const refused = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line =
      /^gridbell_http_request_seconds_count\{method="POST",route="\/api\/v1\/alarms",status="429"\} (\d+)$/m;
    return Number(line.exec(text)?.[1] ?? 0);
  };
  await until(refused, (count) => count > 100);
  await goesOn();
  await until(refused, (count) => count > 200);
  await goesOn();
  const stood = await admin.all<AlarmView>('/api/v1/alarms?rule=flood');
  expect(stood.length).toBeGreaterThan(0);
  // The allowance of each minute that the test met, the one in which it began included.
  const minutes = Math.ceil((performance.now() - began) / 60_000) + 1;
  expect(stood.length).toBeLessThanOrEqual(minutes * 600);
  await admin.post('/api/v1/flows/stop');
  await goesOn();
  expect(await platform.stop()).toBe(0);
});
