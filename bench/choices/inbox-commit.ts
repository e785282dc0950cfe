import { join } from 'node:path';
import { numberOf } from '#bench/benchmark.ts';
import { usageOf } from '#bench/server/process-usage.ts';
import { encodeRecord, sealBatch } from '#broker/inbox/batch.ts';
import { InboxWriter, type InboxWriterOptions } from '#broker/inbox/inbox-writer.ts';
import { Latencies } from '#device-sim/load/latencies.ts';
import { position } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { InboxRecord } from '#model/record.ts';
import { Seal } from '#model/seal.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';
import { key, messageOf } from './premises.ts';

const ours = '2 ms after the last';
/** As many as the broker lets be on their way to the disk. */
const inFlight = 512;

type Append = (record: InboxRecord) => Promise<unknown>;
interface Policy {
  readonly writer: Partial<InboxWriterOptions>;
  readonly timerMs?: number;
}

const policies: Readonly<Record<string, Policy>> = {
  // No two records fit into one byte.
  'each message': { writer: { commitEveryMs: 0, batchBytes: 1 } },
  'each turn': { writer: { commitEveryMs: 0 } },
  [ours]: { writer: { commitEveryMs: 2 } },
  '5 ms after the last': { writer: { commitEveryMs: 5 } },
  '5 ms after the first waits': { writer: { commitEveryMs: 0 }, timerMs: 5 },
};

/** Every record waits for the timer that the first one began. */
function collecting(writer: InboxWriter, timerMs: number): Append {
  let waiting: (() => void)[] = [];
  return (record) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0)
        setTimeout(() => {
          const due = waiting;
          waiting = [];
          for (const append of due) append();
        }, timerMs);
      waiting.push(() => void writer.append(record).then(resolve, reject));
    });
}

export const inboxCommit = choice({
  name: 'inbox-commit',
  what: 'when the inbox commits: each message, each turn of the event loop, with a pause, by a timer; what sealing costs',
  options: { seconds: { default: 1, what: 'for each way and rate' } },
  measure: async (directory, options) => {
    const seconds = numberOf(options, 'seconds');
    const all = new Alternatives(ours);
    await run({ directory: join(directory, 'warming up'), policy: { writer: {} }, rate: null, seconds: 0.3 });
    for (const rate of [200, 1_000, 5_000, null])
      for (const [name, policy] of Object.entries(policies)) {
        const part = rate === null ? `saturated, ${inFlight} under way` : `${rate} msg/s`;
        const own = join(directory, `${rate} ${name}`);
        all.add(part, name, await run({ directory: own, policy, rate, seconds }));
      }
    addAlone(all);
    return all.figures();
  },
});

interface Run {
  readonly directory: string;
  readonly policy: Policy;
  readonly rate: number | null;
  readonly seconds: number;
}

/** Messages come by the clock (`rate` null: one for each that is done), seen once a turn of the event loop as sockets are. */
async function run({ directory, policy, rate, seconds }: Run) {
  const writer = InboxWriter.open({ directory, key, ...policy.writer });
  const { timerMs } = policy;
  const append: Append =
    timerMs === undefined ? (record) => writer.append(record) : collecting(writer, timerMs);
  const latencies = new Latencies();
  const written = usageOf(process.pid).writtenBytes;
  const beganMs = stopwatch();
  const untilMs = beganMs + seconds * 1_000;
  let [sent, done] = [0, 0];
  let last: Promise<unknown> = Promise.resolve();
  const send = (dueMs: number): void => {
    sent += 1;
    last = append(messageOf(`climate-${sent % 500}`, sent)).then(() => {
      done += 1;
      latencies.record(stopwatch() - dueMs);
    });
  };
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      const nowMs = stopwatch();
      if (nowMs >= untilMs) {
        resolve();
        return;
      }
      if (rate === null) while (sent - done < inFlight) send(nowMs);
      else
        for (let dueMs = beganMs; dueMs <= nowMs; ) {
          dueMs = beganMs + (sent * 1_000) / rate;
          if (dueMs <= nowMs) send(dueMs);
        }
      setImmediate(turn);
    };
    turn();
  });
  await last;
  const tookS = (stopwatch() - beganMs) / 1_000;
  const { commits } = writer.stats;
  const bytes = usageOf(process.pid).writtenBytes - written;
  await writer.close();
  const { p50Ms, p99Ms } = latencies.summary();
  return {
    'append, p50': [p50Ms, 'ms'],
    'append, p99': [p99Ms, 'ms'],
    appended: [done / tookS, 'msg/s'],
    written: [bytes / done, 'bytes/msg'],
    'in a commit': [done / commits, 'msg'],
  } as const;
}

const rounds = 200;

/** Without disk and SQLite. */
function addAlone(all: Alternatives): void {
  const seal = new Seal(key, 'inbox');
  const records = Array.from({ length: inFlight }, (_, index) => messageOf('climate-1', index));
  const encoded = records.map(encodeRecord);
  const microseconds = (times: number, work: () => void): number => {
    work();
    const beganMs = stopwatch();
    for (let round = 0; round < rounds; round++) work();
    return ((stopwatch() - beganMs) * 1_000) / rounds / times;
  };
  const packing = microseconds(records.length, () => records.forEach(encodeRecord));
  all.add('alone', 'any', { MessagePack: [packing, 'µs/msg'] });
  for (const size of [1, 10, inFlight]) {
    const batch = encoded.slice(0, size);
    const sealing = microseconds(size, () => sealBatch(seal, position(1), batch));
    all.add('alone', `${size} a batch`, { 'sealing (AES-GCM)': [sealing, 'µs/msg'] });
  }
}
