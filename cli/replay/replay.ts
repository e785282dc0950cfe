import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailure } from '#cli/failure.ts';
import { call, type OperatorClient } from '#cli/operator.ts';
import type { RecordingMap } from '#cli/replay/map-schema.ts';
import { messageReader, newTally, type Tally } from '#cli/replay/messages.ts';
import { newPace } from '#cli/replay/pace.ts';
import { communityOf } from '#cli/replay/prepare.ts';
import { readRows } from '#cli/replay/rows.ts';
import { Sender } from '#cli/replay/sender.ts';
import { stopwatch, wallClock } from '#model/clock.ts';

export interface ReplayOptions {
  readonly operator: OperatorClient;
  /** Where the platform's MQTT listens. */
  readonly host: string;
  readonly file: string;
  readonly map: RecordingMap;
  readonly speed: 'recorded' | 'max';
  readonly rate?: number;
  readonly note: (line: string) => void;
  readonly inFlight?: number;
  readonly patienceMs?: number;
}

export interface ReplaySummary extends Tally {
  readonly acknowledged: number;
  readonly reconnects: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
}

/** Sends a recording to the running platform and waits until all of it is acknowledged. */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { operator, map, host, patienceMs = 600_000 } = options;
  const isDataClock = (await clockOf(operator)) === 'data';
  if (!isDataClock && options.speed === 'max')
    options.note('the platform runs on the system clock: times are shifted to now and the speed is 1');
  const community = await communityOf(operator, map);
  const tally = newTally();
  const read = messageReader(map, tally);
  const pace = newPace({
    speed: isDataClock ? options.speed : 'recorded',
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    ...(isDataClock ? {} : { shiftTo: wallClock.now() }),
  });
  const sender = new Sender({
    credentials: async () => ({
      host,
      ...credentials(await call(operator, 'POST', '/api/v1/replay-credentials')),
    }),
    inFlight: options.inFlight ?? 256,
    patienceMs,
    note: options.note,
  });
  const startedAt = stopwatch();
  await sender.connect();
  try {
    for await (const row of readRows(options.file, map)) {
      for (const { device, at, values } of read(row)) {
        const ts = await pace.next(at);
        await sender.send(`gridbell/${community}/${device}/telemetry`, JSON.stringify({ ts, values }));
      }
    }
    await sender.drain();
  } finally {
    await sender.close();
  }
  const seconds = (stopwatch() - startedAt) / 1_000;
  if (isDataClock) await fireLastTimers(operator, patienceMs);
  return {
    ...tally,
    acknowledged: sender.acknowledged,
    reconnects: sender.reconnects,
    seconds: Number(seconds.toFixed(3)),
    messagesPerSecond: Math.round(sender.acknowledged / Math.max(seconds, 0.001)),
  };
}

/** Asked again while the platform is away, as everything before it was. */
async function fireLastTimers(operator: OperatorClient, patienceMs: number): Promise<void> {
  const since = stopwatch();
  for (;;) {
    try {
      await call(operator, 'POST', '/api/v1/clock/advance', { body: {} });
      return;
    } catch (error) {
      if (error instanceof CommandFailure || stopwatch() - since > patienceMs) throw error;
      await delay(250);
    }
  }
}

async function clockOf(operator: OperatorClient): Promise<string> {
  const answer = (await call(operator, 'GET', '/api/v1/clock')) as { kind?: string; clock?: string };
  return answer.kind ?? answer.clock ?? 'system';
}

function credentials(answer: unknown): { port: number; username: string; password: string } {
  const { username, password, mqttPort } = answer as Partial<Record<string, unknown>>;
  if (typeof username !== 'string' || typeof password !== 'string' || typeof mqttPort !== 'number')
    throw new CommandFailure('the platform gave no credentials for a replay; is it of the same version?');
  return { port: mqttPort, username, password };
}
