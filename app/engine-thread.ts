/** The engine's thread: the only writer of the ops store. Entry of a worker. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import type { Effects } from '#app/engine/effects.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import { Keeper } from '#app/engine/keeper.ts';
import { OutboxBound } from '#app/engine/outbox-bound.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import { isStoreError } from '#app/engine/record-fault.ts';
import { forwardingLog } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  EngineOffers,
  EngineStats,
  FromBrokerToEngine,
  FromEngineToBroker,
  FromEngineToHistory,
  FromHistoryToEngine,
  MainOffers,
  OpenFailures,
  Stored,
} from '#app/threads/protocol.ts';
import { ThreadMonitor } from '#app/threads/thread-vitals.ts';
import { type DamagedBatch, DamagedSegment, setAsideIn } from '#broker/inbox/damaged.ts';
import { fairShare, freeSpace } from '#broker/inbox/free-space.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import { giveBackReserve, withRoom } from '#broker/inbox/reserve.ts';
import { type DeviceId, type EpochMs, type Position, position, type RuleId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Retention } from '#model/retention.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';

export interface EngineThreadData {
  readonly broker: MessagePort;
  readonly history: MessagePort;
  readonly inbox: string;
  readonly ops: string;
  /** As the broker's thread has it: also the ops store is written into the reserve. */
  readonly reserveBytes: number;
  /** What may wait for history; no more than a quarter of the file system does. */
  readonly outboxBytes: number;
  readonly keys: {
    readonly inbox: Uint8Array;
    readonly quarantine: Uint8Array;
    readonly pseudonym: Uint8Array;
  };
  readonly clock: ClockKind;
  readonly retention: Retention;
  /** The engine's now in ms, for all threads. */
  readonly sharedNow: Float64Array;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as EngineThreadData;

/** After a commit that failed (disk full): so long until everything is tried again from what is durable. */
const retryMs = 1_000;
/** How often the outbox is looked at; the most that all devices together say meanwhile is little beside its bound. */
const outboxEveryMs = 1_000;
/** What the outbox may take of the file system, whatever the setting says. */
const mostOfTheDisk = 0.25;

const makeRoom = (): boolean => giveBackReserve(data.inbox, data.reserveBytes);
const ops = await withRoom(makeRoom, () =>
  openOpsWriter(data.ops, {
    quarantineKey: data.keys.quarantine,
    logBytes: fairShare(freeSpace(data.inbox)) / 4,
  }),
);
const committedAtStart = ops.engineNow();
const inbox = InboxReader.open({ directory: data.inbox, key: data.keys.inbox });

let readingsWanted = false;
let stopping = false;
const counts = new EngineCounts();
const monitor = new ThreadMonitor();
const drains = new Set<{ readonly position: Position; readonly resolve: () => void }>();

const main = new Peer<MainOffers>(parentPort, {
  latest: (device: DeviceId) => required().latest.of(device),
  unclaimedMessages: (devices: readonly DeviceId[]) =>
    devices.map((device) => required().ingest.unclaimedMessages(device)),
  trace: ({ device, rule }: { rule: string; device: string }) =>
    required().rules.trace(rule as RuleId, device as DeviceId),
  ruleStatus: () => required().rules.status(),
  stats: () => stats(),
  wantReadings: (wanted: boolean) => {
    readingsWanted = wanted;
  },
  drain: (position: Position) =>
    new Promise<void>((resolve) => {
      drains.add({ position, resolve });
      if (keeper.blocked === null) schedule();
      else letDrainsGo();
    }),
  writeStoreAnew: () => {
    keeper.run(({ effects }) => {
      effects.wantSnapshot();
      effects.flush();
    });
    ops.writeAnew();
  },
  stop: () => {
    stopping = true;
    clearInterval(outboxLooks);
    keeper.assembled?.effects.abandon();
    inbox.close();
    ops.close();
    setImmediate(() => process.exit(0));
  },
} satisfies EngineOffers);
const log = forwardingLog((line) => main.tell('log', line));

const broker = new Peer<FromEngineToBroker>(data.broker, {
  committed: () => schedule(),
  saveRoom: () => {
    keeper.run(({ effects }) => {
      effects.wantSnapshot();
      effects.flush();
    });
  },
} satisfies FromBrokerToEngine);
const history = new Peer<FromEngineToHistory>(data.history, {
  stored: ({ handover, position: at }: Stored) => keeper.assembled?.effects.historyStored(at, handover),
  erased: (erasures: readonly HistoryErasure[]) => keeper.assembled?.effects.historyErased(erasures),
  erasedLate: (erasures: readonly HistoryErasure[]) => {
    keeper.run(({ effects }) => {
      effects.historyErased(erasures);
      effects.wantSnapshot();
      effects.flush();
    });
    ops.writeAnew();
  },
  refused: (entries: readonly Quarantined[]) => required().effects.refusedByHistory(entries),
} satisfies FromHistoryToEngine);

const outlet: Outlet = {
  outcomes: (outcomes) => main.tell('outcomes', outcomes),
  events: (events) => {
    // Who hears of them takes the time for that of the events.
    data.sharedNow[0] = keeper.assembled?.engine.now ?? 0;
    main.tell('events', events);
  },
  readings: (readings) => {
    main.tell('fed', null);
    if (readingsWanted) main.tell('readings', readings);
  },
  historyAvailable: () => history.tell('available', null),
  snapshotTaken: (position) => broker.tell('trim', position),
  deviceCommands: (devices) => broker.tell('deviceCommands', devices),
  rightsChanged: (devices) => broker.tell('disconnectDevices', devices),
  foundDevices: () => main.tell('foundDevices', null),
  failed: (error) => keeper.failed(error),
};
const keeper = new Keeper({
  assemble: (skip) =>
    assembleEngine({
      ops,
      inbox,
      clock: data.clock,
      pseudonymKey: data.keys.pseudonym,
      retention: data.retention,
      outlet,
      counts,
      skip,
      log,
    }),
  rollback: () => ops.rollback(),
  makeRoom,
  setAside: setDamageAside,
  later: (retry) => {
    letDrainsGo();
    setTimeout(retry, retryMs);
  },
  onReady: () => schedule(),
  log,
});

/** Only the writer knows when it is done with a segment. */
function setDamageAside(damage: DamagedBatch | DamagedSegment): boolean {
  try {
    if (damage instanceof DamagedSegment) {
      const salvaged = inbox.salvage(damage.first);
      log.error(
        { ...salvaged },
        'a damaged file of the inbox was written anew from what could be read of it',
      );
    } else inbox.setAside(damage.first);
    return true;
  } catch (error) {
    log.error({ error: messageOf(error) }, 'what is damaged of the inbox cannot be set aside yet');
    if (damage instanceof DamagedSegment) broker.tell('leaveSegment', damage.first);
    return false;
  }
}

const outbox = new OutboxBound(
  Math.min(data.outboxBytes, freeSpace(data.inbox).totalBytes * mostOfTheDisk),
  (reason) => broker.tell('holdBack', reason),
);
const outboxLooks = setInterval(() => outbox.look(outboxBytes()), outboxEveryMs);

let scheduled = false;
let askedDue: EpochMs | null = null;
let knownFaults = 0;
let toldReached: Position | null = null;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(run);
}

/** One step, then the event loop: queries of the main thread get their turn under load. */
function run(): void {
  scheduled = false;
  if (stopping) return;
  keeper.run((assembled) => {
    const { effects, engine } = assembled;
    if (engine.step()) schedule();
    else answerDrains(engine.position, effects);
    tellTime(assembled);
    tellReached(engine.position);
  });
}

function tellReached(position: Position): void {
  if (position === toldReached) return;
  toldReached = position;
  broker.tell('reached', position);
}

/** While records run through again after a start, everybody else is as far as was committed. */
function tellTime({ effects, engine }: AssembledEngine): void {
  const isReplaying = engine.position < effects.committedPosition;
  data.sharedNow[0] = (isReplaying ? committedAtStart : engine.now) ?? engine.now ?? 0;
  const due = engine.nextDue() ?? null;
  if (data.clock === 'data' || due === askedDue) return;
  askedDue = due;
  broker.tell('wakeAt', due);
}

function answerDrains(position: Position, effects: Effects): void {
  const ready = [...drains].filter((waiting) => position >= waiting.position);
  if (ready.length === 0) return;
  effects.wantSnapshot();
  effects.flush();
  for (const waiting of ready) {
    drains.delete(waiting);
    waiting.resolve();
  }
}

/** While nothing can be committed nobody waits for it: what is not applied stays in the inbox. */
function letDrainsGo(): void {
  for (const { resolve } of drains) resolve();
  drains.clear();
}

/** Also while there is no engine: that is when somebody asks. */
function stats(): EngineStats {
  const { assembled, blocked, failures } = keeper;
  const status = assembled?.rules.status() ?? [];
  const active = status.filter(({ valid }) => valid).length;
  return {
    position: assembled?.engine.position ?? position(0),
    committed: assembled?.effects.committedPosition ?? position(0),
    snapshot: assembled?.effects.snapshotPosition ?? position(0),
    now: assembled?.engine.now ?? null,
    downtimes: assembled?.rules.downtimes ?? [],
    failures,
    openFailures: openFailures(),
    outbox: outbox.size(outboxBytes()),
    blocked,
    work: counts.work.totals,
    commits: counts.commits.counts,
    snapshots: counts.snapshots.counts,
    snapshotBytes: counts.snapshotBytes,
    rebuilds: Math.max(0, counts.built - 1),
    rules: {
      active,
      broken: status.length - active,
      waiting: assembled?.rules.waiting ?? 0,
      counts: Object.fromEntries(status.map(({ counts: ofRule, id }) => [id, ofRule])),
    },
    thread: monitor.vitals,
  };
}

function openFailures(): OpenFailures {
  const { damaged, lost } = keeper;
  return {
    inQuarantine: heldFaults(),
    lost,
    damaged: damaged > 0 && setAsideIn(data.inbox).length > 0 ? damaged : 0,
  };
}

let knownBytes = 0;

/** As it was known last while the store cannot be read. */
function outboxBytes(): number {
  try {
    knownBytes = ops.outboxBytes();
  } catch (error) {
    if (!isStoreError(error)) throw error;
  }
  return knownBytes;
}

/** As it was known last while the store cannot be read: then the engine says that it is blocked. */
function heldFaults(): number {
  try {
    knownFaults = ops.heldFaults();
  } catch (error) {
    if (!isStoreError(error)) throw error;
  }
  return knownFaults;
}

/** What is asked of the engine while there is none. */
function required(): AssembledEngine {
  if (!keeper.assembled) throw new GridbellError('not-ready', keeper.blocked ?? 'the engine is being built');
  return keeper.assembled;
}

// Before anybody asks: on the clock of the data it would be the machine's time until the first step.
keeper.run(tellTime);
outbox.look(outboxBytes());
history.tell('available', null);
main.tell('ready', null);
schedule();
