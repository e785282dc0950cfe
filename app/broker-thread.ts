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
import { Ticker } from '#app/ticker.ts';
import { type Broker, startBroker } from '#broker/broker.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import { type ClockKind, wallClock } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import { openOpsReader } from '#store/ops/database.ts';

export interface BrokerThreadData {
  readonly engine: MessagePort;
  readonly inbox: string;
  readonly segmentBytes: number;
  readonly ops: string;
  readonly keys: {
    readonly inbox: Uint8Array;
    readonly quarantine: Uint8Array;
    readonly deviceToken: Uint8Array;
  };
  readonly clock: ClockKind;
  readonly listen: {
    readonly host: string;
    readonly mqttPort: number;
    readonly wsPort: number;
    readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | null;
  };
}

if (!parentPort) throw new Error('this is the entry of a thread');
const data = workerData as BrokerThreadData;

const writer = InboxWriter.open({
  directory: data.inbox,
  key: data.keys.inbox,
  segmentBytes: data.segmentBytes,
});
let broker: Broker | null = null;
let closeLookUps: () => void = () => undefined;

let inboxFailure: string | null = null;

async function append(record: InboxRecord): Promise<Position> {
  const position = await writer.append(record).catch((error: unknown) => {
    inboxFailure = messageOf(error);
    throw error;
  });
  inboxFailure = null;
  ticker.sawRecord(record.at);
  engine.tell('committed', position);
  return position;
}

const main = new Peer<MainOffers>(parentPort, {
  append,
  listen: async () => {
    const ops = openOpsReader(data.ops, { quarantineKey: data.keys.quarantine });
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
      deviceTokenKey: data.keys.deviceToken,
      clock: wallClock,
      log,
    });
    return { mqtt: broker.mqttPort, mqttWs: broker.wsPort, mqtts: broker.mqttsPort };
  },
  quiet: async () => {
    ticker.stop();
    await broker?.close();
    closeLookUps();
  },
  stop: async (at: EpochMs) => {
    const position = await append({ type: 'stop', at });
    await writer.close();
    return position;
  },
  end: () => {
    setImmediate(() => process.exit(0));
  },
  publishCommand: ({ device, payload }: Parameters<BrokerOffers['publishCommand']>[0]) => {
    if (!broker) throw new GridbellError('not-ready', 'the broker does not listen');
    return broker.publishCommand(device, payload);
  },
  grant: (input: { username: string; password: string }) => broker?.grant(input),
  stats: () => ({
    inboxPosition: writer.lastPosition,
    inboxFailure,
    inbox: writer.stats,
    broker: broker?.stats ?? null,
  }),
} satisfies BrokerOffers);
const log = forwardingLog((line) => main.tell('log', line));

const engine = new Peer<FromBrokerToEngine>(data.engine, {
  wakeAt: (due: EpochMs | null) => ticker.wakeAt(due),
  disconnectDevices: (devices: readonly DeviceId[]) => broker?.disconnectDevices(devices),
  trim: (position: Position) => writer.trim(position),
} satisfies FromEngineToBroker);
const ticker = new Ticker({
  clock: wallClock,
  append: (at) => append({ type: 'tick', at }),
  onFailure: (error) => log.error({ error }, 'a tick could not be written'),
});

await append({ type: 'start', at: wallClock.now(), clock: data.clock });
if (data.clock === 'system') ticker.start();
main.tell('ready', null);
