/** A broker with its inbox and nothing else, so that its memory can be told; run with --expose-gc by broker-under-attack.ts. */
import { readFileSync } from 'node:fs';
import { startBroker } from '#broker/broker.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import type { Urgency } from '#broker/ports.ts';
import type { Position } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { messageOf } from '#model/errors.ts';
import type { InboxRecord } from '#model/record.ts';
import { deviceTokenKey, lookUp } from '#tests/broker/hostile/community.ts';
import { EndlessCommands } from '#tests/broker/hostile/endless-commands.ts';
import { inboxKey } from '#tests/broker/support/records.ts';

/** What the process says: when it serves, each line of its log above `info`, and an answer to each `measure`. */
export type Said =
  | { readonly kind: 'serving'; readonly mqtt: number; readonly mqttWs: number; readonly mqtts: number }
  | {
      readonly kind: 'log';
      readonly level: 'warn' | 'error';
      readonly message: string;
      readonly details: object;
    }
  | ({ readonly kind: 'measured' } & Measured);

/** Bytes after a forced collection of garbage; connections and devices online as the broker counts them. */
export interface Measured {
  readonly heap: number;
  readonly buffers: number;
  readonly resident: number;
  readonly connections: number;
  readonly devicesOnline: number;
  readonly messages: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const [, , directory = '', keyFile = '', certFile = ''] = process.argv;
const say = (said: Said): void => {
  process.send?.(said);
};

const inbox = InboxWriter.open({ directory, key: inboxKey });
const commands = new EndlessCommands();

/** Like the engine, which tells the broker what became of commands. */
async function append(record: InboxRecord, urgency?: Urgency): Promise<Position> {
  const position = await inbox.append(record, urgency);
  if (record.type === 'delivery') {
    commands.reached(record);
    broker.commandsChanged([record.device]);
  }
  broker.engineReached(position);
  return position;
}

const broker = await startBroker({
  listen: {
    host: '0.0.0.0',
    mqttPort: 0,
    wsPort: 0,
    tls: { port: 0, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') },
  },
  inbox: { append },
  devices: lookUp,
  commands,
  deviceTokenKey,
  clock: wallClock,
  log: {
    info: () => undefined,
    warn: (details, message) => say({ kind: 'log', level: 'warn', details, message }),
    error: (details, message) => say({ kind: 'log', level: 'error', details, message }),
  },
});

process.on('message', () => {
  try {
    globalThis.gc?.();
    const { arrayBuffers: buffers, heapUsed: heap, rss: resident } = process.memoryUsage();
    const { connections, devicesOnline, messages, refusals } = broker.stats;
    const given = Object.entries(refusals).filter(([, count]) => count > 0);
    say({
      kind: 'measured',
      heap,
      buffers,
      resident,
      connections,
      devicesOnline,
      messages,
      refusals: Object.fromEntries(given),
    });
  } catch (error) {
    say({ kind: 'log', level: 'error', details: { error: messageOf(error) }, message: 'no measurement' });
  }
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'serving', mqtt: broker.mqttPort, mqttWs: broker.wsPort, mqtts: broker.mqttsPort ?? 0 });
