import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { SocketAgent } from '#api/flows/socket-agent.ts';
import { type FlowsOrders, type Pulse, pulsePath, startSecretHeader } from '#app/flows/child/orders.ts';
import { PacedLines } from '#app/flows/paced-lines.ts';
import { stepBack } from '#app/flows/priority.ts';

/** How a process of flows ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last on its error output, cut; empty: nothing. */
  readonly said: string;
}

export interface ChildParts {
  /** What it is begun with (`whenIdle`); empty: by itself. */
  readonly before: readonly string[];
  readonly program: string;
  readonly flags: readonly string[];
  /** It may start processes, which are to end with it. */
  readonly mayStartOthers: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly orders: FlowsOrders;
  /** Absolute path by which this process reaches the socket. */
  readonly socketPath: string;
  /** A line of its output. */
  readonly onLine: (line: string) => void;
  /** It writes more than is read of it. */
  readonly onFlood: () => void;
}

const longestPulse = 4_096;
const longestLastWords = 2_000;

/** A running process of flows. */
export class FlowsChild {
  readonly #process: ChildProcess;
  readonly #parts: ChildParts;
  readonly #agent: Agent;
  #lastWords = '';
  #isOpen = false;
  /** Resolves once, when it has ended. */
  readonly ended: Promise<ChildExit>;

  constructor(parts: ChildParts) {
    this.#parts = parts;
    rmSync(parts.socketPath, { force: true });
    this.#agent = new SocketAgent(parts.socketPath, { keepAlive: true, maxSockets: 1 });
    const [command, ...given] = [...parts.before, process.execPath, ...parts.flags, parts.program];
    const child = spawn(command, given, {
      cwd: parts.orders.userDir,
      env: parts.env,
      stdio: 'pipe',
      // A group of its own, by which what it starts ends with it. It is a session of its own, too, whose slices Linux lets it end.
      detached: parts.mayStartOthers,
      windowsHide: true,
    });
    this.#process = child;
    const { promise, resolve } = Promise.withResolvers<ChildExit>();
    this.ended = promise;
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      this.#agent.destroy();
      resolve({ code, signal, said: this.#lastWords.trim() });
    };
    child.on('error', (error) => {
      this.#lastWords = error.message;
      end(null, null);
    });
    child.on('exit', end);
    // It may be gone before it reads.
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(parts.orders)}\n`);
    new PacedLines(child.stdout, parts);
    new PacedLines(child.stderr, {
      onLine: (line) => {
        this.#lastWords = `${this.#lastWords}${line}\n`.slice(-longestLastWords);
      },
      onFlood: parts.onFlood,
    });
    if (child.pid !== undefined) stepBack(child.pid, parts.mayStartOthers);
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** How it is; rejects when it does not say so before `signal`. */
  pulse(signal: AbortSignal): Promise<Pulse> {
    return new Promise((resolve, reject) => {
      const asked = request({
        agent: this.#agent,
        path: pulsePath,
        signal,
        headers: { [startSecretHeader]: this.#parts.orders.startSecret },
      });
      asked.on('error', reject);
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > longestPulse) asked.destroy(new Error('answers with more than it was asked'));
        });
        response.on('error', reject);
        response.on('end', () => {
          this.#openedOnce();
          if (response.statusCode !== 200) return reject(new Error(`answers ${response.statusCode}`));
          const pulse = pulseIn(text);
          if (pulse) resolve(pulse);
          else reject(new Error('answers with something else than it was asked'));
        });
      });
      asked.end();
    });
  }

  /** Asks it to end; after `graceMs` it is not asked any more. */
  async stop(graceMs: number): Promise<void> {
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.kill(), graceMs);
    await this.ended;
    clearTimeout(late);
  }

  /** At once, with all that it started. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      if (this.#parts.mayStartOthers) process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing of its group is left.
    }
    this.#process.kill('SIGKILL');
  }

  /** The umask of the process made it so already; a file system that knows no umask did not. */
  #openedOnce(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    try {
      chmodSync(this.#parts.socketPath, 0o600);
    } catch {
      // A named pipe, or it has ended.
    }
  }
}

const flowsSay: ReadonlySet<unknown> = new Set(['wait', 'start', 'stop', 'safe'] satisfies Pulse['flows'][]);

/** Null: it is none. Code of anybody runs over there, and what it says must not end this process. */
function pulseIn(text: string): Pulse | null {
  try {
    const said = JSON.parse(text) as Partial<Record<keyof Pulse, unknown>> | null;
    const { because = null, flows, rssBytes } = said ?? {};
    const isPulse = flowsSay.has(flows) && (because === null || typeof because === 'string');
    return isPulse && typeof rssBytes === 'number' ? ({ flows, because, rssBytes } as Pulse) : null;
  } catch {
    return null;
  }
}
