import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { generate, type Packet, parser } from 'mqtt-packet';
import type { Attack } from '#tests/broker/hostile/attacks.ts';
import type { Ports } from '#tests/broker/hostile/broker-under-attack.ts';
import { community, tokenOf } from '#tests/broker/hostile/community.ts';
import { upgradeRequest, wrap } from '#tests/broker/hostile/web-socket-frames.ts';

/** A broker that does not end a connection this long after its client did has forgotten it. */
const endsWithinMs = 20_000;
/** More single writes than these would only take time. */
const mostWrites = 60;

/** What came of an attack: how many frames were written, and whether the broker let go of the connection afterwards. */
export interface Outcome {
  readonly frames: number;
  readonly isEnded: boolean;
}

/** Does what the attack says. */
export async function perform(attack: Attack, ports: Ports): Promise<Outcome> {
  const socket = open(attack, ports);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let wrap: (bytes: Buffer) => Buffer = (bytes) => bytes;
  let frames = 0;
  try {
    await Promise.race([once(socket, attack.way.kind === 'tls' ? 'secureConnect' : 'connect'), ended]);
    if (attack.way.kind === 'web-socket') wrap = await upgrade(socket, attack.way.trick, ended);
    await comeIn(socket, attack, { wrap, ended });
    for (const frame of attack.frames) {
      if (socket.destroyed) break;
      await writeInPieces(socket, frame, { sizes: attack.writes, wrap });
      frames++;
    }
  } catch {
    // The broker ended it; that is what most attacks deserve.
  }
  if (attack.ending === 'end') socket.end();
  // Only TCP itself has a reset.
  else if (attack.way.kind === 'tls') socket.destroy();
  else socket.resetAndDestroy();
  const isEnded = await endsInTime(ended);
  socket.destroy();
  return { frames, isEnded };
}

function open({ way, source }: Attack, ports: Ports): Socket {
  const localAddress = `127.0.0.${source}`;
  const from = { host: '127.0.0.1', localAddress, noDelay: true };
  const socket =
    way.kind === 'tls'
      ? connectTls({ ...from, port: ports.mqtts, rejectUnauthorized: false, servername: 'localhost' })
      : connectTcp({ ...from, port: way.kind === 'tcp' ? ports.mqtt : ports.mqttWs });
  socket.on('error', () => undefined);
  // Nobody reads what it says, but the end is only seen by who reads.
  socket.resume();
  return socket;
}

async function upgrade(
  socket: Socket,
  trick: Extract<Attack['way'], { kind: 'web-socket' }>['trick'],
  ended: Promise<void>,
): Promise<(bytes: Buffer) => Buffer> {
  socket.write(upgradeRequest);
  await Promise.race([once(socket, 'data'), ended]);
  return (bytes) => wrap(trick, bytes);
}

async function comeIn(
  socket: Socket,
  { signIn, way }: Attack,
  { wrap: wrapped, ended }: { wrap: (bytes: Buffer) => Buffer; ended: Promise<void> },
): Promise<void> {
  if (signIn === null) return;
  const { clean, clientId, device, hasWill, isHasty, keepAliveSeconds } = signIn;
  const will = {
    topic: `gridbell/${community}/${device}/status`,
    payload: 'offline',
    qos: 1,
    retain: true,
  } as const;
  const packet = generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean,
    clientId,
    keepalive: keepAliveSeconds,
    username: device,
    password: Buffer.from(tokenOf(device)),
    ...(hasWill ? { will } : {}),
  });
  const listening = signIn.isListening && way.kind !== 'web-socket';
  if (listening) acknowledgeTwice(socket);
  // A trick in the first message would only say again that it does not come in.
  socket.write(way.kind === 'web-socket' ? wrap('binary', packet) : wrapped(packet));
  if (!isHasty) await Promise.race([once(socket, 'data'), ended]);
  if (!listening) return;
  const topic = `gridbell/${community}/${device}/command`;
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] }));
  await Promise.race([once(socket, 'data'), ended]);
}

function acknowledgeTwice(socket: Socket): void {
  const packets = parser({ protocolVersion: 4 });
  packets.on('packet', (packet: Packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 1 || socket.destroyed) return;
    const answer = generate({ cmd: 'puback', messageId: packet.messageId ?? 0 });
    socket.write(Buffer.concat([answer, answer]));
  });
  // To what is not MQTT it gets no answer, or half of one.
  packets.on('error', () => undefined);
  socket.on('data', (chunk) => packets.parse(chunk));
}

async function writeInPieces(
  socket: Socket,
  frame: Buffer,
  { sizes, wrap: wrapped }: { sizes: readonly number[]; wrap: (bytes: Buffer) => Buffer },
): Promise<void> {
  let at = 0;
  for (let piece = 0; piece < mostWrites && sizes.length > 0 && at < frame.length; piece++) {
    const end = Math.min(frame.length, at + (sizes[piece % sizes.length] ?? 1));
    socket.write(wrapped(frame.subarray(at, end)));
    at = end;
    await turn();
  }
  if (at < frame.length) socket.write(wrapped(frame.subarray(at)));
}

async function endsInTime(ended: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), endsWithinMs);
  });
  try {
    return await Promise.race([ended.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
