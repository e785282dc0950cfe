import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';

/** An MQTT 3.1.1 client of frames alone: sends what it is told, tells what came; nothing is repeated by itself. */
export class RawMqtt implements Disposable {
  readonly socket: Socket;
  readonly #parser = mqttPacket.parser({ protocolVersion: 4 });

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#parser.parse(chunk));
    socket.on('error', () => undefined);
  }

  /** Resolves after CONNACK; rejects when the connection is refused or ends. */
  static async connect(options: {
    readonly port: number;
    readonly username: string;
    readonly password: string;
    readonly clientId?: string;
    /** Default 600: nothing is sent by itself, and a test may take its time. */
    readonly keepAliveSeconds?: number;
  }): Promise<RawMqtt> {
    const socket = connect(options.port, '127.0.0.1');
    await once(socket, 'connect');
    const client = new RawMqtt(socket);
    const answered = new Promise<Packet>((resolve, reject) => {
      client.#parser.once('packet', resolve);
      socket.once('close', () => reject(new Error('closed before CONNACK')));
    });
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: options.keepAliveSeconds ?? 600,
      clientId: options.clientId ?? options.username,
      username: options.username,
      password: Buffer.from(options.password),
    });
    const answer = await answered;
    if (answer.cmd !== 'connack' || answer.returnCode !== 0)
      throw new Error(`refused: ${JSON.stringify(answer)}`);
    return client;
  }

  send(packet: Packet): void {
    if (!this.socket.destroyed) this.socket.write(mqttPacket.generate(packet));
  }

  publish(message: { topic: string; payload: string; messageId: number; dup?: boolean; qos?: 1 | 2 }): void {
    const { dup = false, messageId, payload, qos = 1, topic } = message;
    this.send({ cmd: 'publish', topic, payload, messageId, qos, dup, retain: false });
  }

  /** Publishes at QoS 1 and resolves with the PUBACK; rejects when the connection ends or `withinMs` (default: a minute) have passed before. */
  async publishAcknowledged(
    message: { topic: string; payload: string; messageId: number },
    withinMs = 60_000,
  ): Promise<void> {
    const acknowledged = Promise.withResolvers<void>();
    const hear = (packet: Packet): void => {
      if (packet.cmd === 'puback' && packet.messageId === message.messageId) acknowledged.resolve();
    };
    const failed = (why: string) => () =>
      acknowledged.reject(new Error(`message ${message.messageId}: ${why}`));
    const onClose = failed('the connection ended before its PUBACK');
    const timer = setTimeout(failed(`no PUBACK within ${withinMs} ms`), withinMs);
    this.#parser.on('packet', hear);
    this.socket.once('close', onClose);
    if (this.socket.destroyed) onClose();
    this.publish(message);
    try {
      await acknowledged.promise;
    } finally {
      clearTimeout(timer);
      this.#parser.off('packet', hear);
      this.socket.off('close', onClose);
    }
  }

  /** Resolves with the next packet of the kind; rejects when the connection ends before. */
  async next(cmd: Packet['cmd']): Promise<Packet> {
    const found = Promise.withResolvers<Packet>();
    const hear = (packet: Packet): void => {
      if (packet.cmd === cmd) found.resolve(packet);
    };
    const onClose = (): void => found.reject(new Error(`the connection ended before a ${cmd}`));
    this.#parser.on('packet', hear);
    this.socket.once('close', onClose);
    if (this.socket.destroyed) onClose();
    try {
      return await found.promise;
    } finally {
      this.#parser.off('packet', hear);
      this.socket.off('close', onClose);
    }
  }

  onPacket(listener: (packet: Packet) => void): void {
    this.#parser.on('packet', listener);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
