import { randomBytes } from 'node:crypto';
import { Sender } from '#device-sim/mqtt/sender.ts';
import { newPace } from '#device-sim/pace.ts';
import { mqttAccess } from '#device-sim/platform/mqtt-access.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import { clockOf, fireLastTimers } from '#device-sim/platform/platform-clock.ts';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { messageReader, newTally, type Tally } from '#device-sim/replay/messages.ts';
import { communityWithDevices } from '#device-sim/replay/prepare.ts';
import { readRows } from '#device-sim/replay/rows.ts';
import { stopwatch, wallClock } from '#model/clock.ts';

export interface ReplayOptions {
  readonly platform: Platform;
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
  const { platform, map, patienceMs = 600_000 } = options;
  const isDataClock = (await clockOf(platform)).kind === 'data';
  if (!isDataClock && options.speed === 'max')
    options.note('the platform runs on the system clock: times are shifted to now and the speed is 1');
  const community = await communityWithDevices(platform, map);
  const tally = newTally();
  const read = messageReader(map, tally);
  const pace = newPace({
    speed: isDataClock ? options.speed : 'recorded',
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    ...(isDataClock ? {} : { shiftTo: wallClock.now() }),
  });
  const sender = new Sender({
    target: async () => ({
      ...(await mqttAccess(platform)),
      clientId: `gridbell-replay-${randomBytes(6).toString('hex')}`,
    }),
    inFlight: options.inFlight ?? 256,
    patienceMs,
    refusedHint: 'check that the devices of the map stand in its community, and its log',
    onLost: () => options.note('connection lost; waiting for the platform'),
    onBack: (resent) => options.note(`connected again; ${resent} messages sent again`),
  });
  const startedAt = stopwatch();
  await sender.connect();
  try {
    for await (const row of readRows(options.file, map)) {
      for (const { device, at, values } of read(row)) {
        const ts = await pace.next(at);
        await sender.send({
          topic: `gridbell/${community}/${device}/telemetry`,
          payload: JSON.stringify({ ts, values }),
        });
      }
    }
    await sender.drain();
  } finally {
    await sender.close();
  }
  const seconds = (stopwatch() - startedAt) / 1_000;
  if (isDataClock) await fireLastTimers(platform, patienceMs);
  return {
    ...tally,
    acknowledged: sender.acknowledged,
    reconnects: sender.reconnects,
    seconds: Number(seconds.toFixed(3)),
    messagesPerSecond: Math.round(sender.acknowledged / Math.max(seconds, 0.001)),
  };
}
