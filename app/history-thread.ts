/** The history's thread: takes batches over from the ops store into DuckDB, and answers queries. Entry of a worker. */
import { dirname } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { HistoryTarget } from '#app/config/history-settings.ts';
import { Placements } from '#app/history/placements.ts';
import { ReceivedCursors } from '#app/history/received-cursors.ts';
import { refusedEntries } from '#app/history/refused.ts';
import { HistoryRoomJudge } from '#app/history/room.ts';
import { Seldom } from '#app/history/seldom.ts';
import { TakeOver } from '#app/history/take-over.ts';
import { WorkFollower } from '#app/history/work-follower.ts';
import { forwardingLog, type LogLine } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  FromEngineToHistory,
  FromHistoryToEngine,
  HistoryOffers,
  MainOffers,
} from '#app/threads/protocol.ts';
import { ThreadMonitor } from '#app/threads/thread-vitals.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import { Durations } from '#model/counting.ts';
import { messageOf } from '#model/errors.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type {
  BucketQuery,
  ContextQuery,
  HeatQuery,
  MeasuredQuery,
  PurgeOrder,
  RawQuery,
  ReceivedQuery,
} from '#store/history/history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { WorkLog } from '#store/history/influxdb/work-log.ts';
import { OutboxReader } from '#store/ops/outbox-reader.ts';

export interface HistoryThreadData {
  readonly engine: MessagePort;
  readonly target: HistoryTarget;
  /** The embedded history's file. */
  readonly path: string;
  readonly ops: string;
  readonly memoryLimit: string;
  /** As the broker's thread has it: free space that history leaves to the inbox. */
  readonly reserveBytes: number;
  readonly sortEveryMs: number;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as HistoryThreadData;

/** After a failure (disk full, …) the same batches are tried again; they wait in the ops store. */
const retryMs = 2_000;
const statusEveryMs = 60_000;

const monitor = new ThreadMonitor();
const upkeep = new Durations([0.01, 0.1, 1, 10, 60, 600]);
let failedUpkeeps = 0;

/** Lines that come before there is somebody to tell them to: history may fail to open. */
const early: LogLine[] = [];
let tellLine = (line: LogLine): void => {
  early.push(line);
};
const log = forwardingLog((line) => tellLine(line));
const outbox = OutboxReader.open(data.ops);
const room = new HistoryRoomJudge(dirname(data.path), data.reserveBytes);
const placements = new Placements(outbox);
// Awaited before the peers are made: what is asked of them waits in the ports meanwhile.
const later = (task: () => void): (() => void) => {
  const timer = setTimeout(task, retryMs);
  return () => clearTimeout(timer);
};
const takeOver = await TakeOver.open({
  open: () => {
    if (data.target.kind === 'influxdb')
      return openInfluxHistory({ ...data.target, placement: (device) => placements.of(device) });
    return openDuckDbHistory({
      path: data.path,
      memoryLimit: data.memoryLimit,
      hasRoom: (bytes) => room.holds(bytes),
      timezone: () => outbox.timezone(),
      ...room.limits(),
    });
  },
  isElsewhere: data.target.kind === 'influxdb',
  batchesAfter: (position, most) => outbox.batchesAfter(position, most),
  keep: async (batches, rejected) => {
    const entries = refusedEntries(batches, rejected, (device) => placements.topicOf(device));
    if (entries.length > 0) await engine.call('refused', entries);
  },
  // What is elsewhere has a disk of its own.
  room: () => (data.target.kind === 'influxdb' ? { batches: 64, reason: null } : room.now()),
  stored: (position) => engine.tell('stored', position),
  later,
  log,
});
/** Alarms and tasks are in the ops store for ourselves; beside readings that are elsewhere, boards look for them. */
const work =
  data.target.kind === 'influxdb'
    ? new WorkFollower({
        target: new WorkLog(data.target),
        source: outbox,
        placement: (place) => placements.ofPlace(place),
        later,
        log,
      })
    : null;

/** Looked at each second; a server would go through all its series each time. */
const status = new Seldom(
  () => takeOver.history.status(),
  data.target.kind === 'influxdb' ? statusEveryMs : 0,
);

const cursors = new ReceivedCursors({
  history: () => takeOver.history,
  isBehind: () => outbox.batchesAfter(takeOver.position, 1).length > 0,
});

/** Puts closed days in order and makes their roll-ups. */
async function maintain(): Promise<void> {
  const began = stopwatch();
  try {
    await takeOver.history.maintain();
  } catch (error) {
    failedUpkeeps += 1;
    throw error;
  } finally {
    upkeep.observe(stopwatch() - began);
  }
}

const main = new Peer<MainOffers>(parentPort, {
  readings: (query: RawQuery) => takeOver.history.readings(query),
  buckets: (query: BucketQuery) => takeOver.history.buckets(query),
  heat: (query: HeatQuery) => takeOver.history.heat(query),
  count: (device: DeviceId | null) => takeOver.history.count(device ?? undefined),
  extent: () => takeOver.history.extent(),
  properties: () => takeOver.history.properties(),
  purge: (order: PurgeOrder) => takeOver.history.purge(order),
  erase: async (subjects: readonly string[]) => {
    await cursors.caughtUp();
    return takeOver.history.erase(subjects);
  },
  rebuild: () => takeOver.history.rebuild(),
  compact: () => takeOver.history.compact(),
  status: () => takeOver.history.status(),
  holdings: (recentFrom: EpochMs) => takeOver.history.holdings(recentFrom),
  context: (query: ContextQuery) => takeOver.history.context(query),
  openReceived: (query: ReceivedQuery) => cursors.open(query),
  openMeasured: (query: MeasuredQuery) => cursors.openMeasured(query),
  series: async (devices: readonly DeviceId[]) => {
    await cursors.caughtUp();
    return takeOver.history.series(devices);
  },
  nextReceived: (id: number) => cursors.next(id),
  closeReceived: (id: number) => cursors.close(id),
  stats: async () => ({
    status: await status.value().catch(() => null),
    takeOver: takeOver.stats,
    work: work?.stats ?? null,
    upkeep: upkeep.counts,
    failedUpkeeps,
    thread: monitor.vitals,
  }),
  pause: () => takeOver.pause(),
  resume: () => takeOver.resume(),
  maintain: () => maintain(),
  stop: async () => {
    clearInterval(maintenance);
    await Promise.all([takeOver.stop(), work?.stop()]);
    outbox.close();
    setImmediate(() => process.exit(0));
  },
} satisfies HistoryOffers);

const engine = new Peer<FromHistoryToEngine>(data.engine, {
  available: () => {
    takeOver.wake();
    work?.wake();
  },
} satisfies FromEngineToHistory);

const maintenance = setInterval(() => {
  maintain().catch((error: unknown) =>
    log.error({ error: messageOf(error) }, 'history could not sort closed days'),
  );
}, data.sortEveryMs);

tellLine = (line) => main.tell('log', line);
for (const line of early) tellLine(line);
engine.tell('stored', takeOver.position);
main.tell('ready', null);
takeOver.wake();
work?.wake();
