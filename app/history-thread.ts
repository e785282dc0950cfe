/** The history's thread: takes batches over from the ops store into DuckDB, and answers queries. Entry of a worker. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { forwardingLog } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  FromEngineToHistory,
  FromHistoryToEngine,
  HistoryOffers,
  MainOffers,
} from '#app/threads/protocol.ts';
import type { DeviceId } from '#model/brand.ts';
import { messageOf } from '#model/errors.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { BucketQuery, History, RawQuery } from '#store/history/history.ts';
import { openOpsReader } from '#store/ops/database.ts';

export interface HistoryThreadData {
  readonly engine: MessagePort;
  readonly path: string;
  readonly ops: string;
  readonly quarantineKey: Uint8Array;
  readonly memoryLimit: string;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as HistoryThreadData;

/** Batches taken over in one DuckDB transaction. */
const batchesAtOnce = 64;
/** After a failure (disk full, …) the same batches are tried again; they wait in the ops store. */
const retryMs = 2_000;
const maintainEveryMs = 60_000;

const open = (): Promise<History> => openDuckDbHistory({ path: data.path, memoryLimit: data.memoryLimit });
let history = await open();
const ops = openOpsReader(data.ops, { quarantineKey: data.quarantineKey });
let position = await history.position();
let working: Promise<void> | null = null;
let more = false;
let paused = false;
let stopping = false;
let retry: NodeJS.Timeout | null = null;

const main = new Peer<MainOffers>(parentPort, {
  readings: (query: RawQuery) => history.readings(query),
  buckets: (query: BucketQuery) => history.buckets(query),
  count: (device: DeviceId | null) => history.count(device ?? undefined),
  stats: () => Promise.resolve({ position }),
  pause: () => {
    paused = true;
  },
  resume: () => {
    paused = false;
    wake();
  },
  maintain: () => history.maintain(),
  stop: async () => {
    stopping = true;
    if (retry) clearTimeout(retry);
    clearInterval(maintenance);
    await working;
    await history.close();
    ops.close();
    setImmediate(() => process.exit(0));
  },
} satisfies HistoryOffers);
const log = forwardingLog((line) => main.tell('log', line));

const engine = new Peer<FromHistoryToEngine>(data.engine, {
  available: () => wake(),
} satisfies FromEngineToHistory);

function wake(): void {
  more = true;
  working ??= takeOver().finally(() => {
    working = null;
  });
}

async function takeOver(): Promise<void> {
  try {
    while (more && !paused && !stopping) {
      more = false;
      for (
        let batches = ops.historyBatchesAfter(position, batchesAtOnce);
        batches.length > 0 && !paused && !stopping;
      ) {
        await history.append(batches);
        position = batches.at(-1)?.position ?? position;
        engine.tell('stored', position);
        batches = ops.historyBatchesAfter(position, batchesAtOnce);
      }
    }
  } catch (error) {
    log.error({ error: messageOf(error) }, 'history cannot take readings over; they wait in the ops store');
    retry = setTimeout(() => void startOver(), retryMs);
  }
}

/** DuckDB closes itself after some failures (a full disk): it is opened anew before the next try. */
async function startOver(): Promise<void> {
  try {
    await history.close().catch(() => undefined);
    history = await open();
    position = await history.position();
    wake();
  } catch (error) {
    log.error({ error: messageOf(error) }, 'history cannot be opened again yet');
    retry = setTimeout(() => void startOver(), retryMs);
  }
}

const maintenance = setInterval(() => {
  history
    .maintain()
    .catch((error: unknown) => log.error({ error: messageOf(error) }, 'history could not sort closed days'));
}, maintainEveryMs);

engine.tell('stored', position);
main.tell('ready', null);
wake();
