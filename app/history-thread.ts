/** The history's thread: takes batches over from the ops store into DuckDB, and answers queries. Entry of a worker. */
import { dirname } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type HistoryTarget, targetName } from '#app/config/history-settings.ts';
import { type Beginning, Handover, type HandoverState, handoverIn } from '#app/history/handover.ts';
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
import { freeSpace } from '#broker/inbox/free-space.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { stopwatch, wallClock } from '#model/clock.ts';
import { Durations } from '#model/counting.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import { type FileHistory, openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type {
  BucketQuery,
  ContextQuery,
  HeatQuery,
  MeasuredQuery,
  PurgeOrder,
  RawQuery,
  ReceivedQuery,
} from '#store/history/history.ts';
import { openInfluxHistory, type RemoteHistory } from '#store/history/influxdb/influxdb-history.ts';
import { noVitals } from '#store/history/influxdb/vitals.ts';
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
  /** How much of what a server elsewhere acknowledged is kept until it is surely on its disk. */
  readonly keptBytes: number;
  readonly sortEveryMs: number;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as HistoryThreadData;

/** After a failure (disk full, …) the same batches are tried again; they wait in the ops store. */
const retryMs = 2_000;
const statusEveryMs = 60_000;
/** How often a server elsewhere is asked what of the readings is on its disk, and whether it began anew. */
const handoverEveryMs = 5_000;

const monitor = new ThreadMonitor();
const upkeep = new Durations([0.01, 0.1, 1, 10, 60, 600]);
let failedUpkeeps = 0;

/** What may be kept for it of the file system, whatever the setting says. */
const keptOfTheDisk = 1 / 16;

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
/** The last state while there is nobody to tell it to. */
let handoverState: HandoverState | null = null;
let keepHandover = (state: HandoverState): void => {
  handoverState = state;
};
const { target } = data;
const targetKey = targetName(target);
let remote: RemoteHistory | null = null;
const handover =
  target.kind === 'influxdb'
    ? new Handover({
        state: handoverIn(outbox.handover(targetKey)),
        vitals: async () => (await remote?.vitals()) ?? noVitals,
        batches: outbox,
        mostBytes: Math.min(data.keptBytes, freeSpace(dirname(data.path)).totalBytes * keptOfTheDisk),
        keep: (state) => keepHandover(state),
        monotonic: () => stopwatch(),
        now: () => wallClock.now(),
        log,
      })
    : null;
const takeOver = await TakeOver.open({
  open: async () => {
    if (target.kind === 'influxdb') {
      remote = await openInfluxHistory({ ...target, placement: (device) => placements.of(device) });
      return remote;
    }
    const file = await openDuckDbHistory({
      path: data.path,
      memoryLimit: data.memoryLimit,
      hasRoom: (bytes) => room.holds(bytes),
      timezone: () => outbox.timezone(),
      ...room.limits(),
    });
    await notAhead(file);
    return file;
  },
  isElsewhere: data.target.kind === 'influxdb',
  batchesAfter: (position, most) => outbox.batchesAfter(position, most),
  keep: async (batches, rejected) => {
    const entries = refusedEntries(batches, rejected, (device) => placements.topicOf(device));
    if (entries.length > 0) await engine.call('refused', entries);
  },
  // What is elsewhere has a disk of its own.
  room: () => (data.target.kind === 'influxdb' ? { batches: 64, reason: null } : room.now()),
  ...(handover ? { beginAt: (_, failure) => beginAt(handover, failure) } : {}),
  stored: (position) => {
    if (handover) handover.wrote(position);
    else engine.tell('stored', { position, handover: null });
  },
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
        after: (kept) => handover?.eventsAfter(kept) ?? kept,
        wrote: (seq) => handover?.wroteEvents(seq),
        later,
        log,
      })
    : null;

/** It would pass over all that comes until the ops store is as far: what was acknowledged would be in neither. */
async function notAhead(file: FileHistory): Promise<void> {
  const [reached, committed] = [await file.position(), outbox.committed()];
  if (reached <= committed) return;
  log.error(
    { reached, committed },
    'history.duckdb is ahead of the ops store: they are of different copies of the data directory. It goes on from the ops store; put back ops.db, inbox/ and history.duckdb of one and the same copy where you can',
  );
  await file.goBack(committed);
}

async function beginAt(to: Handover, failure: unknown): Promise<Beginning> {
  if (!remote) throw new GridbellError('not-ready', 'history is not open yet');
  const beginning = await to.begin(await remote.reached(), failure);
  remote.goBack(beginning.position);
  return beginning;
}

/** What is surely there is let go; what may be gone is written again. */
async function lookAtServer(): Promise<void> {
  if (!(await handover?.look())) return;
  takeOver.anew();
  work?.anew();
}

/** Looked at each second; a server would go through all its series each time. */
const status = new Seldom(
  () => takeOver.history.status(),
  data.target.kind === 'influxdb' ? statusEveryMs : 0,
);

const cursors = new ReceivedCursors({
  history: () => takeOver.history,
  isBehind: () => outbox.batchesAfter(takeOver.position, 1).length > 0,
});

let isErasing = 0;

/** What was ordered and not done: Gridbell was killed in between, or history was away. */
async function eraseLate(): Promise<void> {
  const due = isErasing > 0 ? [] : outbox.erasures().filter(({ isDone }) => !isDone);
  if (due.length === 0) return;
  isErasing += 1;
  try {
    await cursors.caughtUp();
    const { readings } = await takeOver.history.erase(due.map(({ subject }) => subject));
    engine.tell('erasedLate', due);
    log.info({ subjects: due.length, readings }, 'what was to be erased before is erased now');
  } finally {
    isErasing -= 1;
  }
}

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
    isErasing += 1;
    try {
      const ordered = outbox.erasures().filter(({ subject }) => subjects.includes(subject));
      await cursors.caughtUp();
      const erased = await takeOver.history.erase(subjects);
      engine.tell('erased', ordered);
      return erased;
    } finally {
      isErasing -= 1;
    }
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
    handover: handover?.stats ?? null,
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
    clearInterval(looks);
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

const tellLate = (error: unknown): void =>
  log.error({ error: messageOf(error) }, 'history cannot erase yet what was ordered; tried again');
const maintenance = setInterval(() => {
  eraseLate().catch(tellLate);
  maintain().catch((error: unknown) =>
    log.error({ error: messageOf(error) }, 'history could not sort closed days'),
  );
}, data.sortEveryMs);

const looks = setInterval(() => {
  lookAtServer().catch((error: unknown) =>
    log.error({ error: messageOf(error) }, 'how much of the readings InfluxDB has on its disk is not known'),
  );
}, handoverEveryMs);

keepHandover = (state) => {
  const told = { target: targetKey, state: JSON.stringify(state) };
  engine.tell('stored', { position: state.released, handover: told });
};
tellLine = (line) => main.tell('log', line);
for (const line of early) tellLine(line);
if (handoverState) keepHandover(handoverState);
if (!handover) engine.tell('stored', { position: takeOver.position, handover: null });
main.tell('ready', null);
eraseLate().catch(tellLate);
takeOver.wake();
work?.wake();
