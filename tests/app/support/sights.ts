import { WorkCounts } from '#app/engine/work-counts.ts';
import type { Sight } from '#app/lookout/lookout.ts';
import type { BrokerThreadStats, EngineStats, HistoryStats } from '#app/threads/protocol.ts';
import { position } from '#model/brand.ts';
import { Durations } from '#model/counting.ts';
import { RuleTally } from '#rules/engine/rule-counts.ts';

const durations = new Durations().counts;
const thread = { heapUsedBytes: 1, heapLimitBytes: 2, loopDelayMs: 0 };

const broker: BrokerThreadStats = {
  inboxPosition: position(10),
  inbox: {
    commits: 3,
    failedCommits: 0,
    records: 10,
    bytes: 1_000,
    commitDurations: durations,
    queued: 0,
    segments: 1,
    room: { state: 'ample', freeBytes: 1e10, reserveBytes: 1e8, reason: null, isHeldBack: false },
  },
  records: { message: 10 },
  messages: { 0: 0, 1: 10, 2: 0 },
  clockSteps: 0,
  thread,
  broker: null,
};

const engine: EngineStats = {
  position: position(10),
  committed: position(10),
  snapshot: position(5),
  now: null,
  downtimes: [],
  failures: 0,
  openFailures: { inQuarantine: 0, lost: 0, damaged: 0 },
  outbox: { bytes: 0, mostBytes: 1_000_000 },
  blocked: null,
  work: { ...new WorkCounts().totals, readings: 10, observations: 10 },
  commits: durations,
  snapshots: durations,
  snapshotBytes: 0,
  rebuilds: 0,
  rules: { active: 8, broken: 0, waiting: 0, counts: { 'smoke-alarm': new RuleTally().counts } },
  thread,
};

const history: HistoryStats = {
  work: null,
  handover: null,
  takeOver: {
    position: position(10),
    state: 'idle',
    isPaused: false,
    waiting: null,
    failure: null,
    failures: 0,
    failuresInARow: 0,
    appends: durations,
    readings: 10,
    rejected: 0,
    unsortedDays: 1,
  },
  status: {
    bytes: 9_000,
    days: 3,
    unsortedDays: 1,
    daysWithoutRollups: 0,
    series: 2,
    oldest: null,
    newest: null,
    isErasing: false,
  },
  upkeep: durations,
  failedUpkeeps: 0,
  thread,
};

export interface Difference {
  readonly broker?: Partial<BrokerThreadStats>;
  readonly engine?: Partial<EngineStats>;
  readonly takeOver?: Partial<HistoryStats['takeOver']>;
  readonly queue?: Sight['queue'];
  readonly room?: Partial<BrokerThreadStats['inbox']['room']>;
  readonly silentMs?: Readonly<Partial<Record<'broker' | 'engine' | 'history', number>>>;
}

/** A look at a platform that is well, but for the difference. */
export const sightWith = (but: Difference = {}): Sight => ({
  broker: {
    last: {
      ...broker,
      inbox: { ...broker.inbox, room: { ...broker.inbox.room, ...but.room } },
      ...but.broker,
    },
    silentMs: but.silentMs?.broker ?? 0,
  },
  engine: { last: { ...engine, ...but.engine }, silentMs: but.silentMs?.engine ?? 0 },
  history: {
    last: { ...history, takeOver: { ...history.takeOver, ...but.takeOver } },
    silentMs: but.silentMs?.history ?? 0,
  },
  queue: but.queue === undefined ? { batches: 0, lagRecords: 0, oldestMs: 0 } : but.queue,
  busyMs: { broker: 1, engine: 1, history: 1 },
});
