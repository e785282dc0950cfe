/** The engine's thread: the only writer of the ops store. Entry of a worker. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import type { Outlet } from '#app/engine/effects.ts';
import { forwardingLog } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  EngineOffers,
  FromBrokerToEngine,
  FromEngineToBroker,
  FromEngineToHistory,
  FromHistoryToEngine,
  MainOffers,
} from '#app/threads/protocol.ts';
import { InboxReader } from '#broker/inbox/inbox-reader.ts';
import type { DeviceId, EpochMs, Position, RuleId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import { openOpsWriter } from '#store/ops/database.ts';

export interface EngineThreadData {
  readonly broker: MessagePort;
  readonly history: MessagePort;
  readonly inbox: string;
  readonly ops: string;
  readonly keys: {
    readonly inbox: Uint8Array;
    readonly quarantine: Uint8Array;
    readonly pseudonym: Uint8Array;
  };
  readonly clock: ClockKind;
  /** The engine's now in ms, for all threads. */
  readonly sharedNow: Float64Array;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as EngineThreadData;

/** After a commit that failed (disk full): so long until everything is tried again from what is durable. */
const retryMs = 1_000;

const ops = await openOpsWriter(data.ops, { quarantineKey: data.keys.quarantine });
const inbox = InboxReader.open({ directory: data.inbox, key: data.keys.inbox });

let readingsWanted = false;
const counters = { readings: 0, failedCommits: 0 };
const drains: { position: Position; resolve: () => void }[] = [];

const main = new Peer<MainOffers>(parentPort, {
  latest: (device: DeviceId) => assembled.latest.of(device),
  trace: ({ device, rule }: { rule: string; device: string }) =>
    assembled.rules.trace(rule as RuleId, device as DeviceId),
  ruleStatus: () => assembled.rules.status(),
  stats: () => ({
    position: assembled.engine.position,
    committed: assembled.effects.committedPosition,
    snapshot: assembled.effects.snapshotPosition,
    now: assembled.engine.now ?? null,
    failures: assembled.engine.failures,
    blocked,
    commits: assembled.effects.commits,
    counters,
  }),
  wantReadings: (wanted: boolean) => {
    readingsWanted = wanted;
  },
  drain: (position: Position) =>
    new Promise<void>((resolve) => {
      drains.push({ position, resolve });
      schedule();
    }),
  stop: () => {
    inbox.close();
    ops.close();
    setImmediate(() => process.exit(0));
  },
} satisfies EngineOffers);
const log = forwardingLog((line) => main.tell('log', line));

const broker = new Peer<FromEngineToBroker>(data.broker, {
  committed: () => schedule(),
} satisfies FromBrokerToEngine);
const history = new Peer<FromEngineToHistory>(data.history, {
  stored: (position: Position) => assembled.effects.historyStored(position),
} satisfies FromHistoryToEngine);

const outlet: Outlet = {
  outcomes: (outcomes) => main.tell('outcomes', outcomes),
  events: (events) => main.tell('events', events),
  readings: (readings) => {
    counters.readings += readings.length;
    if (readingsWanted) main.tell('readings', readings);
  },
  historyAvailable: () => history.tell('available', null),
  snapshotTaken: (position) => broker.tell('trim', position),
  commandReplies: (replies) => main.tell('commandReplies', replies),
  rightsChanged: (devices) => broker.tell('disconnectDevices', devices),
  failed: (error) => startOver(error),
};
const assemble = (): AssembledEngine =>
  assembleEngine({ ops, inbox, clock: data.clock, pseudonymKey: data.keys.pseudonym, outlet, log });

let assembled = assemble();
let scheduled = false;
/** While a failed commit waits for its retry: why it failed. */
let blocked: string | null = null;
let askedDue: EpochMs | null = null;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(run);
}

/** One chunk, then the event loop: queries of the main thread get their turn under load. */
function run(): void {
  scheduled = false;
  if (blocked !== null) return;
  try {
    if (assembled.engine.step()) schedule();
    else answerDrains();
  } catch (error) {
    startOver(error);
    return;
  }
  data.sharedNow[0] = assembled.engine.now ?? 0;
  const due = assembled.engine.nextDue() ?? null;
  if (data.clock === 'system' && due !== askedDue) {
    askedDue = due;
    broker.tell('wakeAt', due);
  }
}

/** What could not be committed never happened: the memory is thrown away and built again from what is durable. */
function startOver(error: unknown): void {
  counters.failedCommits += 1;
  log.error(
    { error: messageOf(error) },
    'the ops store could not be written; tried again every second. Make room on the disk',
  );
  blocked = messageOf(error);
  assembled.effects.abandon();
  setTimeout(() => {
    try {
      ops.rollback();
      assembled = assemble();
      blocked = null;
      schedule();
    } catch (failure) {
      startOver(failure);
    }
  }, retryMs);
}

function answerDrains(): void {
  for (const waiting of drains.splice(0)) {
    if (assembled.engine.position < waiting.position) {
      drains.push(waiting);
      continue;
    }
    assembled.effects.wantSnapshot();
    assembled.effects.flush();
    waiting.resolve();
  }
}

history.tell('available', null);
main.tell('ready', null);
schedule();
