/** What a command sees of the world, so that tests run commands without a process of their own. */
export interface Io {
  /** Data and answers; each call is one or more whole lines. */
  out(text: string): void;
  /** Errors and notes, each one line. */
  err(line: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function processIo(): Io {
  return {
    out: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    input: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
    env: process.env,
  };
}
