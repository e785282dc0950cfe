import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { iso } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** Where the run writes down what leaves, before it does. */
export interface MessageLog {
  write(messages: readonly Outgoing[]): Promise<void>;
  close(): Promise<void>;
}

export const noLog: MessageLog = { write: async () => {}, close: async () => {} };

/** One line of JSON: `at` (ISO 8601), `device`, `topic`, `payload`; `base64` instead of it when it is no text. */
const lineOf = ({ at, device, payload, topic }: Outgoing): string =>
  `${JSON.stringify({
    at: iso(at),
    device,
    topic,
    ...(typeof payload === 'string' ? { payload } : { base64: Buffer.from(payload).toString('base64') }),
  })}\n`;

/** Hands the lines of each second over as one text. */
export const logTo = (out: (text: string) => void): MessageLog => ({
  write: async (messages) => out(messages.map(lineOf).join('')),
  close: async () => {},
});

/** Replaces the file. Throws GridbellError `invalid-input` when it cannot be written. */
export async function openLog(file: string): Promise<MessageLog> {
  const stream = createWriteStream(file);
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `${file} cannot be written: ${messageOf(error)}; check the path`,
      {
        cause: error,
      },
    );
  }
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    write: async (messages) => {
      if (failure !== undefined) throw failure;
      if (!stream.write(messages.map(lineOf).join(''))) await once(stream, 'drain');
    },
    close: () => end(stream),
  };
}

async function end(stream: WriteStream): Promise<void> {
  stream.end();
  await finished(stream);
}
