import type { Connection } from '#broker/connection.ts';
import { FrameReader, packetType } from '#broker/guards/frame-reader.ts';
import { type GuardRefusal, refusalAtBody, refusalAtHead } from '#broker/guards/guards.ts';

/**
 * Puts the guards between a connection and aedes, which takes its bytes by `read()`: each chunk is looked at in place
 * before aedes gets it. A chunk with a refused packet is not handed on; it ends the connection.
 */
export function guardReads(connection: Connection): void {
  const { stream } = connection;
  const frames = new FrameReader<GuardRefusal>({
    atHead: (head) => {
      const refusal = refusalAtHead(head, connection);
      connection.isConnectSeen = true;
      return refusal;
    },
    atBody: (frame) => {
      if (frame.type === packetType.disconnect) connection.endsBy('disconnect');
      return refusalAtBody(frame, connection);
    },
  });
  const read = stream.read.bind(stream);
  stream.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return chunk;
    const refusal = frames.push(chunk);
    if (refusal === null) return chunk;
    connection.refuse(refusal);
    return null;
  };
}
