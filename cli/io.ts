import { once } from 'node:events';

/** What a command sees of the world, so that tests run commands without a process of their own. */
export interface Io {
  /** Data and answers; each call is one or more whole lines. */
  out(text: string): void;
  /** Data as it is, for a file or another program; resolves when there is room for more. */
  bytes(piece: Uint8Array): Promise<void>;
  /** Errors and notes, each one line. */
  err(line: string): void;
  /** Data and answers in colours of ours: nothing in it may come from elsewhere. Absent: without colours. */
  painted?(text: string): void;
  /** One line in place of the last one that it showed; absent where nobody watches (no terminal). */
  live?(line: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const eraseLine = '\r\x1b[2K';

export function processIo(): Io {
  const { stderr, stdout } = process;
  let isLive = false;
  /** What is said for good takes the place of the live line. */
  const erase = (): string => {
    const erased = isLive ? eraseLine : '';
    isLive = false;
    return erased;
  };
  const live = (line: string): void => {
    isLive = true;
    // Wrapped, it would not be erased as a whole.
    stderr.write(`${eraseLine}${line.slice(0, stderr.columns - 1)}`);
  };
  const out = (text: string): void => {
    stderr.write(erase());
    stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    out,
    painted: out,
    bytes: async (piece) => {
      if (!stdout.write(piece)) await once(stdout, 'drain');
    },
    err: (line) => stderr.write(`${erase()}${line}\n`),
    ...(stderr.isTTY ? { live } : {}),
    input: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
    env: process.env,
  };
}
