import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '#device-sim/chance/chance.ts';
import { day } from '#model/brand.ts';
import { stopwatch, wallClock } from '#model/clock.ts';
import { ApiClient, until } from './api-client.ts';
import { caughtUp } from './caught-up.ts';
import { community } from './community.ts';
import { LoadSender } from './load-sender.ts';
import { RunningPlatform } from './running-platform.ts';

export interface KillReport {
  readonly rounds: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resentAfterKills: number;
  /** Acknowledged readings that are not in history. */
  readonly lost: readonly string[];
  /** Readings that stand more than once. */
  readonly twice: readonly string[];
  readonly alarmsExpected: number;
  /** Devices that reported smoke and have another number of alarms, or an alarm another number of tasks, than one. */
  readonly wrongAlarms: readonly string[];
  /** From the start of the process to its ready line, wall clock. */
  readonly slowestReadyMs: number;
}

const senders = 10;
const tickMs = 10;

const loadDevices = Array.from({ length: senders }, (_, index) => ({
  id: `load-${index}`,
  kind: 'environment',
  place: 'b3',
  token: `load-token-${index}`,
}));

/** A building of its own for each detector, so that no alarm joins the task of another. */
function detectors(count: number) {
  return {
    buildings: Array.from({ length: count }, (_, index) => ({
      id: `tower-${index}`,
      kind: 'building',
      parent: 'g1',
    })),
    devices: Array.from({ length: count }, (_, index) => ({
      id: `alarm-${index}`,
      kind: 'smoke-detector',
      place: `tower-${index}`,
      token: `alarm-token-${index}`,
    })),
  };
}

/**
 * Publishes at `rate` msg/s, kills the platform with SIGKILL at a random moment of each round, starts it again, and at
 * the end compares what was acknowledged with what is there. Half of the readings carry no time of their own, so that
 * only the recognition of a DUP keeps them from standing twice.
 */
export async function killRounds(options: {
  readonly dataDir: string;
  readonly rounds: number;
  readonly rate: number;
  /** 0 ≤ x < 1; seeded by the caller. */
  readonly chance: Chance;
  readonly say: (line: string) => void;
}): Promise<KillReport> {
  const { dataDir, chance, rate, rounds, say } = options;
  const perRound = 3;
  const fleet = detectors(rounds * perRound);
  const startOptions = {
    dataDir,
    env: { GRIDBELL_INBOX_SEGMENT: '1MB', GRIDBELL_HISTORY_SORT_EVERY: '100ms' },
  };

  let platform = await RunningPlatform.start(startOptions);
  let slowestReadyMs = 0;
  const admin = await ApiClient.signIn(platform);
  const imported = await admin.post('/api/v1/import', {
    ...community,
    places: [...community.places, ...fleet.buildings],
    devices: [...loadDevices, ...fleet.devices],
  });
  if (imported.status !== 200) throw new Error(JSON.stringify(imported.body));

  const load = loadDevices.map(
    ({ id, token }) => new LoadSender({ username: id, password: token, window: 40 }),
  );
  const alarms = fleet.devices.map(
    ({ id, token }) => new LoadSender({ username: id, password: token, window: 4 }),
  );
  const everybody = [...load, ...alarms];
  let sent = 0;
  let nextAlarm = 0;
  // Of late enough a time that history still keeps it, also of a property that nobody knows (90 days).
  const startMs = wallClock.now() - 30 * day;

  const publishTick = (): void => {
    for (let index = 0; index < (rate * tickMs) / 1000; index += 1) {
      const device = sent % senders;
      const payload =
        sent % 2 === 0
          ? { ts: startMs + sent * 7, values: { temperature: (sent % 400) / 10, seq: sent } }
          : { seq: sent };
      load[device]?.publish(`gridbell/lianfang-1/load-${device}/telemetry`, JSON.stringify(payload));
      sent += 1;
    }
  };
  const reportSmoke = (): void => {
    alarms[nextAlarm]?.publish(
      `gridbell/lianfang-1/alarm-${nextAlarm}/telemetry`,
      JSON.stringify({ smoke: true }),
    );
    nextAlarm += 1;
  };

  await Promise.all(everybody.map((sender) => sender.connect(platform.ready.mqtt)));
  for (let round = 0; round < rounds; round += 1) {
    const lengthMs = 200 + chance.next() * 1_300;
    const smokeAt = Array.from({ length: perRound }, () => chance.next() * lengthMs).sort((a, b) => a - b);
    const began = stopwatch();
    for (let elapsed = 0; elapsed < lengthMs; elapsed = stopwatch() - began) {
      publishTick();
      while ((smokeAt[0] ?? Number.POSITIVE_INFINITY) <= elapsed) {
        smokeAt.shift();
        reportSmoke();
      }
      await pause(tickMs);
    }
    while (smokeAt.shift() !== undefined) reportSmoke();
    // In one turn: what was just sent cannot have been acknowledged.
    publishTick();
    await platform.kill();
    for (const sender of everybody) sender.close();
    const restarted = stopwatch();
    platform = await RunningPlatform.start(startOptions);
    slowestReadyMs = Math.max(slowestReadyMs, stopwatch() - restarted);
    await Promise.all(everybody.map((sender) => sender.connect(platform.ready.mqtt)));
    say(
      `round ${round + 1}: killed after ${lengthMs.toFixed(0)} ms, ready again in ${(stopwatch() - restarted).toFixed(0)} ms`,
    );
  }
  await until(
    async () => everybody.reduce((open, sender) => open + sender.unacknowledged, 0),
    (open) => open === 0,
  );

  const client = await ApiClient.signIn(platform).catch((error: Error) => {
    throw new Error(`${error.message}\n${platform.output.join('\n')}`);
  });
  await caughtUp(client);
  const report = await compare(client, load, alarms);
  for (const sender of everybody) sender.close();
  const code = await platform.stop();
  if (code !== 0) throw new Error(`stopping ended with ${code}: ${platform.output.join('\n')}`);
  return {
    rounds,
    sent: sent + nextAlarm,
    acknowledged: everybody.reduce((sum, sender) => sum + sender.acknowledged.length, 0),
    resentAfterKills: everybody.reduce((sum, sender) => sum + sender.resent, 0),
    alarmsExpected: nextAlarm,
    slowestReadyMs,
    ...report,
  };
}

async function compare(client: ApiClient, load: readonly LoadSender[], alarmSenders: readonly LoadSender[]) {
  const checked = await Promise.all(
    load.map((sender, index) => compareReadings(client, `load-${index}`, sender)),
  );
  const alarms = await client.all<AlarmView>('/api/v1/alarms?rule=smoke-alarm');
  const tasks = await client.all<{ id: string; alarms: string[] }>('/api/v1/tasks');
  const wrongAlarms = alarmSenders.flatMap((sender, index) =>
    sender.acknowledged.length === 0 ? [] : wrongAlarmsOf(`alarm-${index}`, alarms, tasks),
  );
  return {
    lost: checked.flatMap(({ lost }) => lost),
    twice: checked.flatMap(({ twice }) => twice),
    wrongAlarms,
  };
}

/** What was acknowledged against what stands in history, by the number that each message carried. */
async function compareReadings(client: ApiClient, device: string, sender: LoadSender) {
  const seen = new Map<string, number>();
  for (const { value } of await readings(client, device, 'seq')) {
    seen.set(String(value), (seen.get(String(value)) ?? 0) + 1);
  }
  const acknowledged = sender.acknowledged.map(({ payload }) => {
    const parsed = JSON.parse(payload) as { seq?: number; values?: { seq: number } };
    return String(parsed.values?.seq ?? parsed.seq);
  });
  return {
    lost: acknowledged.filter((seq) => !seen.has(seq)).map((seq) => `${device} seq ${seq}`),
    twice: [...seen]
      .filter(([, times]) => times > 1)
      .map(([seq, times]) => `${device} seq ${seq} stands ${times} times`),
  };
}

interface AlarmView {
  readonly id: string;
  readonly device: string;
  readonly tasks: readonly string[];
}

function wrongAlarmsOf(
  device: string,
  alarms: readonly AlarmView[],
  tasks: readonly { readonly alarms: readonly string[] }[],
) {
  const own = alarms.filter((alarm) => alarm.device === device);
  const wrong = own.length === 1 ? [] : [`${device} has ${own.length} alarms`];
  for (const alarm of own) {
    const naming = tasks.filter((task) => task.alarms.includes(alarm.id)).length;
    if (naming !== 1 || alarm.tasks.length !== 1) {
      wrong.push(`${device}: ${naming} tasks name its alarm, which names ${alarm.tasks.length}`);
    }
  }
  return wrong;
}

export async function readings(client: ApiClient, device: string, property: string) {
  const points: { at: string; value: unknown }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body, status } = await client.get<{
      points: { at: string; value: unknown }[];
      next: string | null;
    }>(
      `/api/v1/devices/${device}/readings?property=${property}&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&limit=100000${query}`,
    );
    if (status !== 200) throw new Error(`readings of ${device}: ${status} ${JSON.stringify(body)}`);
    points.push(...body.points);
    cursor = body.next;
  }
  return points;
}
