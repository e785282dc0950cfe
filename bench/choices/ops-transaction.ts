import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import { Effects } from '#app/engine/effects.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import { LatestValues } from '#app/engine/latest-values.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import { numberOf } from '#bench/benchmark.ts';
import { benchCommunity } from '#bench/community.ts';
import { usageOf } from '#bench/server/process-usage.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import { type DeviceId, position } from '#model/brand.ts';
import { stopwatch, wallClock } from '#model/clock.ts';
import type { Observation } from '#model/reading.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';
import { furnish, inboxIn, key, messageOf, opsIn, quiet } from './premises.ts';

const ours = 'each 100 ms';
/** Milliseconds between transactions; 0: one for each step of the engine. */
const groups: Readonly<Record<string, number>> = { 'each step': 0, [ours]: 100, 'each 1 s': 1_000 };
/** How often the engine comes to what the broker has committed. */
const stepMs = 1;
const devices = 500;

const nobodyListens: Outlet = {
  outcomes: () => undefined,
  events: () => undefined,
  readings: () => undefined,
  historyAvailable: () => undefined,
  snapshotTaken: () => undefined,
  deviceCommands: () => undefined,
  rightsChanged: () => undefined,
  foundDevices: () => undefined,
  failed: (error) => {
    throw error;
  },
};

export const opsTransaction = choice({
  name: 'ops-transaction',
  what: "how long the engine's readings wait for company in a transaction, and what a start after a crash plays again",
  options: {
    rate: { default: 5_000, what: 'msg/s, two readings each' },
    seconds: { default: 4, what: 'for each way' },
    records: {
      default: 19_000,
      what: 'messages between the last snapshot and a crash; 100,000 at most',
    },
  },
  measure: async (directory, options) => {
    const load = { rate: numberOf(options, 'rate'), seconds: numberOf(options, 'seconds') };
    const all = new Alternatives(ours);
    for (const [name, groupMs] of Object.entries(groups))
      all.add(`${load.rate} msg/s`, name, await write(join(directory, name), { ...load, groupMs }));
    all.add('a crash', 'any', await crash(join(directory, 'crash'), numberOf(options, 'records')));
    return all.figures();
  },
});

async function write(
  directory: string,
  { groupMs, rate, seconds }: { readonly groupMs: number; readonly rate: number; readonly seconds: number },
) {
  mkdirSync(directory);
  const ops = await openOpsWriter(opsIn(directory), { quarantineKey: key });
  const counts = new EngineCounts();
  const effects = new Effects({
    ops,
    snapshotted: [],
    latest: new LatestValues(),
    outlet: nobodyListens,
    counts,
  });
  const written = usageOf(process.pid).writtenBytes;
  const beganMs = stopwatch();
  let [taken, flushedMs, inThreadMs, transactions] = [0, beganMs, 0, 0];
  const flush = (nowMs: number): void => {
    const before = effects.committedPosition;
    effects.reached(position(taken), wallClock.now());
    // History has what was committed before, and it is deleted again.
    if (before > 0) effects.historyStored(before);
    effects.flush();
    flushedMs = nowMs;
    transactions += 1;
    inThreadMs += stopwatch() - nowMs;
  };
  for (let nowMs = beganMs; nowMs - beganMs < seconds * 1_000; nowMs = stopwatch()) {
    for (; beganMs + (taken * 1_000) / rate <= nowMs; taken++) effects.observation(observationOf(taken + 1));
    if (nowMs - flushedMs >= groupMs && taken > effects.committedPosition) flush(nowMs);
    await pause(stepMs);
  }
  flush(stopwatch());
  const tookS = (stopwatch() - beganMs) / 1_000;
  const bytes = usageOf(process.pid).writtenBytes - written;
  effects.abandon();
  ops.close();
  return {
    written: [bytes / 1e6 / tookS, 'MB/s'],
    'of the thread': [inThreadMs / tookS / 10, '%'],
    'a transaction': [inThreadMs / transactions, 'ms'],
    transactions: [transactions / tookS, '1/s'],
  } as const;
}

function observationOf(count: number): Observation {
  const at = wallClock.now();
  return {
    device: `bench-climate-${count % devices}` as DeviceId,
    at,
    receivedAt: at,
    flags: 1,
    position: position(count),
    values: new Map([
      ['temperature', 15 + (count % 1_000) / 100],
      ['humidity', 40],
    ]),
  };
}

/** An engine takes all records, snapshots none of it and is gone; another one is built from what is durable. */
async function crash(directory: string, records: number) {
  mkdirSync(directory);
  const community = benchCommunity({ senders: devices, detectors: 0 });
  await furnish(directory, community);
  const writer = InboxWriter.open({ directory: inboxIn(directory), key });
  await Promise.all(
    Array.from({ length: records }, (_, index) =>
      writer.append(messageOf(`bench-climate-${index % devices}`, index)),
    ),
  );
  const ops = await openOpsWriter(opsIn(directory), { quarantineKey: key });
  const inbox = InboxReader.open({ directory: inboxIn(directory), key });
  const assemble = (): AssembledEngine =>
    assembleEngine({
      ops,
      inbox,
      clock: 'system',
      pseudonymKey: key,
      outlet: nobodyListens,
      counts: new EngineCounts(),
      skip: new Map(),
      log: quiet,
    });
  const { effects, engine } = assemble();
  const beganMs = stopwatch();
  while (engine.step()) effects.flush();
  const tookMs = stopwatch() - beganMs;
  effects.abandon();
  const behind = effects.committedPosition - effects.snapshotPosition;
  const restartedMs = stopwatch();
  assemble().effects.abandon();
  const replayMs = stopwatch() - restartedMs;
  inbox.close();
  ops.close();
  await writer.close();
  return {
    'played again': [behind, 'records'],
    'a start': [replayMs, 'ms'],
    'the engine': [(records * 1_000) / tookMs, 'msg/s'],
  } as const;
}
