/** The broker's thread: aedes and the inbox's writer. Entry of a worker. */
import { readFileSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { forwardingLog } from '#app/threads/forwarding-log.ts';
import { Peer } from '#app/threads/peer.ts';
import type {
  BrokerOffers,
  FromBrokerToEngine,
  FromEngineToBroker,
  MainOffers,
} from '#app/threads/protocol.ts';
import { ThreadMonitor } from '#app/threads/thread-vitals.ts';
import { Ticker } from '#app/ticker.ts';
import { type Broker, startBroker } from '#broker/broker.ts';
import type { Delivery } from '#broker/deliveries.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import type { BrokerLimits } from '#broker/limits.ts';
import type { Urgency } from '#broker/ports.ts';
import { type DeviceId, type EpochMs, epochMs, type Position } from '#model/brand.ts';
import { type ClockKind, SteadyClock, stopwatch, wallClock } from '#model/clock.ts';
import { Tally } from '#model/counting.ts';
import { GridbellError } from '#model/errors.ts';
import { type InboxRecord, recordTypes } from '#model/record.ts';
import { DoorReader } from '#store/ops/door-reader.ts';

export interface BrokerThreadData {
  readonly engine: MessagePort;
  readonly inbox: string;
  readonly segmentBytes: number;
  readonly reserveBytes: number;
  /** The last record that the ops store knows: new ones come behind it, whatever became of the inbox. */
  readonly after: Position | null;
  readonly ops: string;
  readonly keys: {
    readonly inbox: Uint8Array;
    readonly deviceToken: Uint8Array;
  };
  readonly clock: ClockKind;
  readonly listen: {
    readonly host: string;
    readonly mqttPort: number;
    readonly wsPort: number;
    readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | null;
  };
  readonly limits: Partial<BrokerLimits>;
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as BrokerThreadData;

const clock = new SteadyClock({
  wall: () => wallClock.now(),
  monotonicMs: stopwatch,
  onStep: (from, to) => {
    clockSteps += 1;
    log.warn({ from, to }, "the machine's clock was set; times of receipt follow it from here on");
  },
});
const writer = InboxWriter.open({
  ...(data.after === null ? {} : { after: data.after }),
  directory: data.inbox,
  key: data.keys.inbox,
  segmentBytes: data.segmentBytes,
  reserveBytes: data.reserveBytes,
  // Whoever plays time waits for each second's acknowledgements: company would never come.
  ...(data.clock === 'data' ? { commitEveryMs: 0 } : {}),
  onRoom: (room) => {
    if (room.state === 'ample') log.info({ ...room }, 'all is written again');
    else tellLittleRoom();
    broker?.roomChanged(room.state);
  },
});
let broker: Broker | null = null;
let closeLookUps: () => void = () => undefined;

let clockSteps = 0;
const records = new Tally<InboxRecord['type']>(recordTypes);
const messages = new Tally<string>(['0', '1', '2']);
const monitor = new ThreadMonitor();

async function append(record: InboxRecord, urgency: Urgency = 'ordinary'): Promise<Position> {
  const position = await writer.append(record, urgency);
  records.add(record.type);
  if (record.type === 'message') messages.add(String(record.qos));
  ticker.sawRecord(record.at);
  tellCommitted(position);
  return position;
}

let committed: Position | null = null;

/** Once for all records of a commit. */
function tellCommitted(position: Position): void {
  if (committed === null)
    queueMicrotask(() => {
      if (committed !== null) engine.tell('committed', committed);
      committed = null;
    });
  committed = position;
}

function tellLittleRoom(): void {
  log.error(
    { ...writer.room },
    'only what is vital is written, or nothing: see docs/operations.md, When the disk fills',
  );
  engine.tell('saveRoom', null);
}

/** On the data clock nobody but the engine knows what has expired. */
const expiryNow = () => (data.clock === 'data' ? epochMs(0) : clock.now());

const main = new Peer<MainOffers>(parentPort, {
  /** Its time is that of the inbox, as all times of records are. */
  append: (record: InboxRecord) => append({ ...record, at: clock.now() }, 'vital'),
  deliver: async (delivery: Delivery) => {
    if (!broker) throw new GridbellError('not-ready', 'The platform is not listening yet; come again.');
    await broker.deliver(delivery);
  },
  listen: async () => {
    const ops = DoorReader.open(data.ops);
    closeLookUps = () => ops.close();
    const { host, mqttPort, tls, wsPort } = data.listen;
    broker = await startBroker({
      listen: {
        host,
        mqttPort,
        wsPort,
        ...(tls
          ? {
              tls: {
                port: tls.port,
                cert: readFileSync(tls.certFile, 'utf8'),
                key: readFileSync(tls.keyFile, 'utf8'),
              },
            }
          : {}),
      },
      inbox: { append },
      devices: ops,
      commands: {
        open: (device) => ops.openDeviceCommands(device, expiryNow()),
        packet: (device, id) => ops.deviceCommandPacket(device, id, expiryNow()),
      },
      deviceTokenKey: data.keys.deviceToken,
      clock,
      log,
      limits: data.limits,
    });
    broker.roomChanged(writer.room.state);
    return { mqtt: broker.mqttPort, mqttWs: broker.wsPort, mqtts: broker.mqttsPort };
  },
  quiet: async () => {
    ticker.stop();
    await broker?.close();
    closeLookUps();
  },
  stop: async () => {
    // On a full disk there is no stop record: then the stop looks like a crash, which costs nothing.
    const position = await append({ type: 'stop', at: clock.now() }, 'vital').catch(
      () => writer.lastPosition,
    );
    await writer.close();
    return position;
  },
  end: () => {
    setImmediate(() => process.exit(0));
  },
  grant: (input: { username: string; password: string }) => broker?.grant(input),
  stats: () => ({
    inboxPosition: writer.lastPosition,
    inbox: writer.stats,
    records: records.counts,
    messages: messages.counts,
    clockSteps,
    thread: monitor.vitals,
    broker: broker?.stats ?? null,
  }),
} satisfies BrokerOffers);
const log = forwardingLog((line) => main.tell('log', line));

const engine = new Peer<FromBrokerToEngine>(data.engine, {
  wakeAt: (due: EpochMs | null) => ticker.wakeAt(due),
  disconnectDevices: (devices: readonly DeviceId[]) => broker?.disconnectDevices(devices),
  reached: (position: Position) => broker?.engineReached(position),
  deviceCommands: (devices: readonly DeviceId[]) => broker?.commandsChanged(devices),
  leaveSegment: (first: Position) => writer.leave(first),
  holdBack: (reason: string | null) => writer.holdBack(reason),
  trim: (position: Position) => writer.trim(position),
} satisfies FromEngineToBroker);
const ticker = new Ticker({
  clock,
  append: (at) => append({ type: 'tick', at }, 'vital'),
  onFailure: (error) => log.error({ error }, 'a tick could not be written'),
});

if (writer.room.state !== 'ample') tellLittleRoom();
for (const { message, ...finding } of writer.findings) log.error(finding, message);
if (writer.skipped)
  log.error(
    { ...writer.skipped },
    'the inbox is not the one that the ops store knows: records are missing, and new ones are numbered behind them',
  );
await append({ type: 'start', at: clock.now(), clock: data.clock }, 'vital');
if (data.clock === 'system') ticker.start();
main.tell('ready', null);
