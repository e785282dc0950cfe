import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Config } from '#app/config.ts';
import { CommandFailure } from '#cli/failure.ts';
import { parentVariable } from '#cli/stop-signal.ts';

export interface ReadyLine {
  readonly pid: number;
  readonly http: number;
  readonly mqtt: number;
}

export interface PlatformProcessOptions {
  readonly clock: 'system' | 'data';
  readonly config: Pick<Config, 'dataDir'>;
  readonly platformArguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the account `admin`. */
  readonly password: string;
  /** Ends it while it starts. */
  readonly stop: AbortSignal;
  /** Takes a warning or an error of the platform's log, or what it wrote to stderr: one line for people. */
  readonly complain: (line: string) => void;
}

/** Log lines below this (pino) are of no interest to a visitor. */
const warnLevel = 40;
const stopWithinMs = 9_000;

/** The platform in a process of its own, as `gridbell start` runs it. */
export class PlatformProcess {
  /** As the platform wrote it. */
  readonly readyText: string;
  readonly ready: ReadyLine;
  /** Resolves when the process has ended, with its exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, readyText: string, ended: Promise<number | null>) {
    this.#child = child;
    this.readyText = readyText;
    this.ready = JSON.parse(readyText) as ReadyLine;
    this.ended = ended;
  }

  /** @throws CommandFailure when it ends before it serves; it has said why. */
  static async start(options: PlatformProcessOptions): Promise<PlatformProcess> {
    const { clock, complain, config, env, password, platformArguments, stop } = options;
    const script = fileURLToPath(new URL('../gridbell.js', import.meta.url));
    const words = ['start', '--clock', clock, '--data-dir', config.dataDir, ...platformArguments];
    const child = spawn(process.execPath, [script, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, GRIDBELL_ADMIN_PASSWORD: password, [parentVariable]: String(process.pid) },
      // Ctrl-C goes to everything in the terminal's group: the demo stops its parts itself, in order.
      detached: true,
    });
    const ready = Promise.withResolvers<string>();
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    createInterface({ input: child.stderr }).on('line', complain);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = logEntry(line);
      if (entry.msg === 'ready') ready.resolve(line);
      else if ((entry.level ?? 0) >= warnLevel && !isExpected(entry)) complain(complaintOf(entry, line));
    });
    child.once('error', (error) => ready.reject(error));
    void ended.then(() =>
      ready.reject(
        new CommandFailure('the platform did not start; mend what it says above and run it again'),
      ),
    );
    const giveUp = (): boolean => child.kill('SIGTERM');
    stop.addEventListener('abort', giveUp);
    if (stop.aborted) giveUp();
    const readyText = await ready.promise;
    stop.removeEventListener('abort', giveUp);
    return new PlatformProcess(child, readyText, ended);
  }

  /** In order; one that does not end in time is ended. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const cut = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinMs);
    const code = await this.ended;
    clearTimeout(cut);
    return code;
  }
}

interface LogEntry {
  readonly level?: number;
  readonly msg?: string;
}

function logEntry(line: string): LogEntry {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return {};
  }
}

/** The demo's past is made on the data clock: that is no news. */
const isExpected = ({ msg = '' }: LogEntry): boolean => msg.startsWith('the clock is that of the data');

/** What of a log entry is worth a line, with its own fields behind it. */
function complaintOf(entry: LogEntry, line: string): string {
  const { level: _, msg = line, time: __, pid: ___, ...rest } = entry as LogEntry & Record<string, unknown>;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [msg, ...fields].join(' ');
}
