import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { FrameReader } from '#device-sim/load/frame-reader.ts';

const type = { connect: 1, publish: 3, pingreq: 12 } as const;
const connack = Buffer.of(0x20, 2, 0, 0);
const pingresp = Buffer.of(0xd0, 0);

/** Lets everybody in, acknowledges every message of QoS 1 at once, and keeps nothing. */
export async function acknowledgingServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer({ noDelay: true }, (socket) => {
    const reader = new FrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const answers: Buffer[] = [];
      reader.read(chunk, (of, bytes, bodyAt) => {
        if (of === type.connect) answers.push(connack);
        else if (of === type.pingreq) answers.push(pingresp);
        else if (of === type.publish) {
          const idAt = bodyAt + 2 + bytes.readUInt16BE(bodyAt);
          answers.push(Buffer.of(0x40, 2, bytes[idAt] ?? 0, bytes[idAt + 1] ?? 0));
        }
      });
      if (answers.length > 0) socket.write(Buffer.concat(answers));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
