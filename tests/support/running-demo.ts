import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildConsole } from '#tests/support/browser/built-console.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** Whom the demo says one may sign in as, by what they do there (the English words of it). */
export interface SignIn {
  readonly account: string;
  readonly part: string;
}

export interface DemoOptions {
  /** Of history. */
  readonly days: number;
  /** More of its settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A made week of a slow machine included. */
const readyWithinMs = 450_000;
const stopWithinMs = 15_000;

/** `npm run demo` on free ports, in a directory of its own, as a visitor has it. */
export class RunningDemo implements AsyncDisposable {
  readonly base: string;
  /** What it printed until it was ready. */
  readonly printed: readonly string[];
  readonly password: string;
  readonly signIns: readonly SignIn[];
  readonly #child: ChildProcess;
  readonly #directory: Disposable;

  private constructor(child: ChildProcess, directory: Disposable, printed: readonly string[]) {
    this.#child = child;
    this.#directory = directory;
    this.printed = printed;
    this.base = /http:\/\/\S+/.exec(printed.find((line) => line.includes('Open')) ?? '')?.[0] ?? '';
    this.password = /Password\s+(\S+)/.exec(printed.join('\n'))?.[1] ?? '';
    this.signIns = printed.flatMap((line) => {
      const [, account, part] = /^ {4}([a-z][\w-]*) .*\p{Script=Han} ([A-Za-z ]+)$/u.exec(line) ?? [];
      return account === undefined || part === undefined ? [] : [{ account, part }];
    });
  }

  /** Rejects with what it said when it ends before it serves. */
  static async start({ days, env = {} }: DemoOptions): Promise<RunningDemo> {
    await buildConsole();
    const directory = temporaryDirectory();
    const words = ['cli/gridbell.js', 'demo', '--data-dir', directory.path, '--days', String(days)];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        NO_COLOR: '1',
        GRIDBELL_HTTP_PORT: '0',
        GRIDBELL_MQTT_PORT: '0',
        GRIDBELL_MQTT_WS_PORT: '0',
        GRIDBELL_DISK_RESERVE: '1MB',
        ...env,
      },
    });
    const printed: string[] = [];
    const complaints: string[] = [];
    const ready = Promise.withResolvers<void>();
    const failed = (why: string): void =>
      ready.reject(new Error(`the demo ${why}:\n${[...printed, ...complaints].join('\n')}`));
    child.on('error', (error) => failed(error.message));
    child.on('exit', (code, signal) => failed(`ended (${code ?? signal}) before it was ready`));
    createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      if (line.includes('Ctrl-C')) ready.resolve();
    });
    const tooLate = setTimeout(() => failed('was not ready in time'), readyWithinMs);
    try {
      await ready.promise;
      return new RunningDemo(child, directory, printed);
    } catch (error) {
      child.kill('SIGKILL');
      directory[Symbol.dispose]();
      throw error;
    } finally {
      clearTimeout(tooLate);
    }
  }

  /** The account of a part (`grid worker on duty`). @throws when the demo named none */
  accountFor(part: string): { readonly username: string; readonly password: string } {
    const found = this.signIns.find((signIn) => signIn.part === part);
    if (!found) throw new Error(`the demo named nobody as ${part}: ${JSON.stringify(this.signIns)}`);
    return { username: found.account, password: this.password };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const cut = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinMs);
      await ended;
      clearTimeout(cut);
    }
    this.#directory[Symbol.dispose]();
  }
}
