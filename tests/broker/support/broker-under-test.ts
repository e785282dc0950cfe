import { execFile } from 'node:child_process';
import { connect as connectTcp, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { generate, type Packet, parser } from 'mqtt-packet';
import { type Broker, type BrokerOptions, startBroker } from '#broker/broker.ts';
import type { BrokerLog, DeviceLookup, InboxAppender } from '#broker/ports.ts';
import { type CommunityId, type DeviceId, type EpochMs, epochMs, position } from '#model/brand.ts';
import type { InboxRecord, MessageRecord, PresenceRecord } from '#model/record.ts';
import { hashDeviceToken } from '#model/secrets.ts';
import { MemoryCommands } from '#tests/broker/support/memory-commands.ts';

export const deviceTokenKey = new Uint8Array(32).fill(3);
export const community = 'lianfang-1' as CommunityId;

/** A time that stands until a test passes it by hand. */
export class HandClock {
  #now: EpochMs = epochMs(1_732_233_600_000);
  now(): EpochMs {
    return this.#now;
  }
  pass(ms: number): void {
    this.#now = epochMs(this.#now + ms);
  }
}

/** Stands in for the inbox: keeps what it is given, at once or when the test lets it, or fails as it is told. */
export class MemoryInbox implements InboxAppender {
  readonly records: InboxRecord[] = [];
  /** Asked before each append; throw or reject here. */
  before: (record: InboxRecord) => Promise<void> | void = () => {};
  #watchers: (() => void)[] = [];

  append(record: InboxRecord): Promise<ReturnType<typeof position>> {
    const permitted = this.before(record);
    return Promise.resolve(permitted).then(() => {
      this.records.push(record);
      for (const watcher of this.#watchers.splice(0)) watcher();
      return position(this.records.length);
    });
  }

  get messages(): MessageRecord[] {
    return this.records.filter((record) => record.type === 'message');
  }
  get presence(): PresenceRecord[] {
    return this.records.filter((record) => record.type === 'presence');
  }
  get payloads(): string[] {
    return this.messages.map((message) => Buffer.from(message.payload).toString());
  }

  /** Waits until the condition holds of what came. */
  async until(condition: (inbox: MemoryInbox) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }
}

const devices: Readonly<Record<string, { kind: string; token: string; topic?: string }>> = {
  'smoke-1': { kind: 'smoke-detector', token: 'secret-1' },
  'smoke-2': { kind: 'smoke-detector', token: 'secret-2' },
  'lamp-1': { kind: 'environment', token: 'secret-l' },
  'z2m-1': { kind: 'gateway', token: 'secret-z', topic: 'zigbee2mqtt/#' },
  'z2m-2': { kind: 'gateway', token: 'secret-y', topic: 'zigbee2mqtt/#' },
};

export const fakeDevices: DeviceLookup = {
  credential: (device) => {
    const token = devices[device]?.token;
    return token ? { tokenHash: hashDeviceToken(deviceTokenKey, device, token) } : undefined;
  },
  device: (id) => {
    const found = devices[id];
    if (!found) return undefined;
    const { kind, topic } = found;
    return topic ? { id: id as DeviceId, kind, topic } : { id: id as DeviceId, kind };
  },
  community: () => ({ id: community }),
};

/** Keeps what was logged. */
export class MemoryLog implements BrokerLog {
  readonly lines: { readonly level: string; readonly details: object; readonly message: string }[] = [];
  info(details: object, message: string): void {
    this.lines.push({ level: 'info', details, message });
  }
  warn(details: object, message: string): void {
    this.lines.push({ level: 'warn', details, message });
  }
  error(details: object, message: string): void {
    this.lines.push({ level: 'error', details, message });
  }
}

/** A real broker on free ports; everything around it is in memory. */
export async function startTestBroker(overrides: Partial<BrokerOptions> = {}) {
  const inbox = new MemoryInbox();
  const clock = new HandClock();
  const log = new MemoryLog();
  const commands = new MemoryCommands();
  const broker: Broker = await startBroker({
    listen: { host: '127.0.0.1', mqttPort: 0, wsPort: 0 },
    inbox: {
      append: async (record) => {
        const at = await inbox.append(record);
        const commanded = commands.take(record);
        if (commanded !== null) broker.commandsChanged([commanded]);
        return at;
      },
    },
    commands,
    devices: fakeDevices,
    deviceTokenKey,
    clock,
    log,
    ...overrides,
  });
  return { broker, commands, inbox, clock, log, [Symbol.asyncDispose]: () => broker.close() };
}

/** What the broker refused, by reason; reasons that it never gave are left out. */
export const refusedBy = (broker: Broker): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(broker.stats.refusals).filter(([, count]) => count > 0));

const run = promisify(execFile);

/** Runs one of Mosquitto's clients; answers its exit code and what it said. */
export async function mosquitto(
  program: 'mosquitto_pub' | 'mosquitto_sub',
  port: number,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout, stderr } = await run(program, ['-h', '127.0.0.1', '-p', String(port), ...args], {
      timeout: 60_000,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const failed = error as { code?: number; stdout?: string; stderr?: string };
    return { code: failed.code ?? -1, output: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
  }
}

export const asDevice = (device: string): string[] => ['-u', device, '-P', devices[device]?.token ?? ''];

/** A connection on which a test says byte by byte what it wants. */
export class RawClient {
  readonly socket: Socket;
  readonly packets: Packet[] = [];
  readonly #closed: Promise<void>;
  #watchers: (() => void)[] = [];
  #isClosed = false;

  constructor(port: number) {
    this.socket = connectTcp(port, '127.0.0.1');
    this.socket.on('error', () => {});
    const packets = parser({ protocolVersion: 4 });
    packets.on('packet', (packet: Packet) => {
      this.packets.push(packet);
      this.#wake();
    });
    this.socket.on('data', (chunk) => packets.parse(chunk));
    this.#closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  send(packet: Packet): void {
    this.socket.write(generate(packet));
  }

  sendConnect(device: string, options: Partial<Extract<Packet, { cmd: 'connect' }>> = {}): void {
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: `raw-${device}`,
      keepalive: 0,
      username: device,
      password: Buffer.from(devices[device]?.token ?? ''),
      ...options,
    });
  }

  /** Connects and waits for the CONNACK; answers its return code. */
  async connect(device: string, options: Partial<Extract<Packet, { cmd: 'connect' }>> = {}): Promise<number> {
    this.sendConnect(device, options);
    const connack = await this.next('connack');
    return connack?.cmd === 'connack' ? (connack.returnCode ?? -1) : -1;
  }

  publish(
    topic: string,
    payload: string | Buffer,
    options: Partial<Extract<Packet, { cmd: 'publish' }>> = {},
  ) {
    this.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...options });
  }

  /** The next packet of that kind; undefined when the connection closed without one. */
  async next(cmd: Packet['cmd']): Promise<Packet | undefined> {
    for (;;) {
      const index = this.packets.findIndex((packet) => packet.cmd === cmd);
      if (index >= 0) return this.packets.splice(index, 1)[0];
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  closed(): Promise<void> {
    return this.#closed;
  }

  #wake(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
