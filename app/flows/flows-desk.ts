import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { ApiFlows, FlowsEditor, FlowsStanding } from '#api/flows-port.ts';
import type { Config } from '#app/config.ts';
import type { Core } from '#app/core.ts';
import { socketIn } from '#app/directory.ts';
import { askFlows } from '#app/flows/ask-flows.ts';
import { startSecretHeader } from '#app/flows/child/orders.ts';
import { FlowsChild } from '#app/flows/child-process.ts';
import { bareEnvironment, childProgram, nodeFlags, paletteDirectory } from '#app/flows/confinement.ts';
import { FlowKeeper, type KeptFlows } from '#app/flows/flow-keeper.ts';
import { hasRoomForFlows } from '#app/flows/flow-room.ts';
import { FlowsLog } from '#app/flows/flows-log.ts';
import { registerFlowsMetrics } from '#app/flows/flows-metrics.ts';
import { flowsOff, noFlows } from '#app/flows/flows-off.ts';
import { flowsTokenId, issueToken, revokeToken } from '#app/flows/flows-token.ts';
import { endLeftover, remember } from '#app/flows/leftover.ts';
import { whenIdle } from '#app/flows/priority.ts';
import { type FlowsTimings, usualTimings } from '#app/flows/restart-policy.ts';
import { type FlowsState, FlowsSupervisor } from '#app/flows/supervisor.ts';
import { type FlowsWish, readWish, writeWish } from '#app/flows/wish.ts';
import { wallClock } from '#model/clock.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { derivedKey, newSecret } from '#model/secrets.ts';

const socketName = 'editor.sock';
const revokeWithinMs = 2_000;
/** Before, Node-RED does not know its nodes yet. */
const isServing: ReadonlySet<FlowsState> = new Set(['running', 'safe-mode']);

export interface FlowsParts {
  readonly core: Core;
  readonly config: Config;
  readonly log: Log;
  readonly timings?: Partial<FlowsTimings> | undefined;
}

/** Flows of a platform: off, or kept running beside it. */
export interface FlowsDesk {
  readonly api: ApiFlows;
  /** `url`: where this machine reaches the API; `metrics`: where it tells what it counts. */
  start(url: string, metrics: Registry): void;
  stop(): Promise<void>;
}

/** On the data clock, which is for replays and tests, they would tell others of what is not so. */
export const openFlows = (parts: FlowsParts): FlowsDesk =>
  parts.config.flows.isEnabled && parts.config.clock === 'system'
    ? new RunningFlows(parts)
    : new FlowsOff(parts);

/** Nothing runs; a token of a time when they were on, and Gridbell was killed, ends. */
class FlowsOff implements FlowsDesk {
  readonly api: ApiFlows;
  readonly #parts: FlowsParts;

  constructor(parts: FlowsParts) {
    this.#parts = parts;
    this.api = flowsOff(parts.config.flows);
  }

  start(_url: string, metrics: Registry): void {
    registerFlowsMetrics(metrics, () => this.api.standing());
    revokeToken(this.#parts.core).catch((error: unknown) =>
      this.#parts.log.error({ error: messageOf(error) }, 'the API token that flows had could not be ended'),
    );
  }

  async stop(): Promise<void> {
    // Nothing runs.
  }
}

class RunningFlows implements FlowsDesk {
  readonly api: ApiFlows;
  readonly #parts: FlowsParts;
  readonly #supervisor: FlowsSupervisor;
  readonly #log: FlowsLog;
  readonly #keeper: FlowKeeper;
  readonly #userDir: string;
  readonly #socket: Disposable & { readonly path: string };
  readonly #credentialSecret: string;
  readonly #leftover: string;
  #opening: Promise<void> = Promise.resolve();
  #isEnding = false;
  #url = '';
  #secret: string | null = null;
  #token: string | null = null;

  constructor(parts: FlowsParts) {
    this.#parts = parts;
    const { config, core, log } = parts;
    const { flows, flowsKept } = core.directory.paths;
    for (const directory of [flows, join(flows, 'files'), flowsKept]) makeDirectory(directory);
    // What flows may read and write is compared by name: theirs is the one without links.
    this.#userDir = realpathSync(flows);
    this.#leftover = join(flowsKept, 'process.json');
    this.#socket = socketIn(flows, socketName);
    this.#log = new FlowsLog(log, wallClock);
    this.#credentialSecret = Buffer.from(derivedKey(core.directory.keys.pseudonym, 'flows')).toString(
      'base64url',
    );
    this.#keeper = new FlowKeeper({
      userDir: flows,
      directory: join(flowsKept, 'versions'),
      note: (actor, detail) => this.#note(actor, detail),
      clock: wallClock,
      log,
    });
    const wishFile = join(flowsKept, 'wish.json');
    this.#supervisor = new FlowsSupervisor({
      memoryBytes: config.flows.memoryBytes,
      timings: { ...usualTimings, ...parts.timings },
      wish: readWish(wishFile),
      keepWish: (wish) => writeWish(wishFile, wish),
      launch: (isSafe) => this.#launch(isSafe),
      hasRoom: (isRunning) => hasRoomForFlows(flows, { isRunning, reserveBytes: config.diskReserveBytes }),
      onEnd: () => {
        this.#secret = null;
      },
      clock: wallClock,
      log,
    });
    const editor: FlowsEditor = {
      socketPath: this.#socket.path,
      secretHeader: startSecretHeader,
      secret: () => (isServing.has(this.#supervisor.standing.state) ? this.#secret : null),
    };
    this.api = {
      editor,
      tokenId: flowsTokenId,
      standing: () => this.#standing(),
      want: (actor, wish) => this.#want(actor, wish),
      versions: () => this.#keeper.versions,
      version: async (id) => (await this.#keeper.version(id)).flows,
      putBack: (actor, id) => this.#putBack(actor, id),
      deployed: (actor) => this.#keeper.deployed(actor),
      touched: (actor, what) => this.#touched(actor, what),
    };
  }

  /** Nothing waits for it: Gridbell is ready without flows. */
  start(url: string, metrics: Registry): void {
    registerFlowsMetrics(metrics, () => this.api.standing());
    this.#url = url;
    this.#opening = this.#open().catch((error: unknown) =>
      this.#parts.log.error({ error: messageOf(error) }, 'flows could not be started'),
    );
  }

  async #open(): Promise<void> {
    if (await endLeftover(this.#leftover))
      this.#parts.log.warn({}, 'flows of a Gridbell that was killed still ran, and were ended');
    await this.#keeper.open();
    if (!this.#isEnding) this.#supervisor.start();
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    await Promise.race([this.#opening, delay(revokeWithinMs, undefined, { ref: false })]);
    await this.#supervisor.stop();
    await this.#revoke();
    this.#socket[Symbol.dispose]();
  }

  async #want(actor: Actor, wish: FlowsWish): Promise<void> {
    const detail = { run: 'start', safe: 'safe mode: flows stay paused', stop: 'stop' }[wish];
    // Flows are held back first: also those that filled the disk, on which nothing can be noted.
    if (wish === 'run') await this.#note(actor, detail);
    // A token that somebody deleted, or that got about, ends with a start by hand.
    this.#token = null;
    await this.#supervisor.want(wish);
    if (wish !== 'run') await this.#touched(actor, detail);
    if (wish === 'stop') await this.#revoke();
  }

  async #note(actor: Actor, detail: string): Promise<void> {
    await this.#parts.core.execute(actor, { name: 'note-flows', lines: [{ target: 'flows', detail }] });
  }

  async #touched(actor: Actor, what: string): Promise<void> {
    await this.#note(actor, what).catch((error: unknown) =>
      this.#parts.log.error({ error: messageOf(error), what }, 'flows: what was done could not be noted'),
    );
  }

  /** By Node-RED where it runs, so that flows start anew; else its files are written. */
  async #putBack(actor: Actor, id: string): Promise<void> {
    const version = await this.#keeper.version(id);
    const { state } = this.#supervisor.standing;
    if (isServing.has(state)) await this.#deploy(version);
    else if (state === 'stopped' || state === 'backing-off') await this.#keeper.write(version);
    else throw new GridbellError('not-ready', 'Flows are starting: wait until they have, and try again.');
    await this.#keeper.deployed(actor, `put back ${id}`);
  }

  async #deploy({ credentials, flows }: KeptFlows): Promise<void> {
    const status = await askFlows(
      { socketPath: this.#socket.path, secret: this.#secret ?? '' },
      {
        flows: JSON.parse(flows) as unknown,
        ...(credentials === null ? {} : { credentials: JSON.parse(credentials) as unknown }),
      },
    );
    if (status >= 300) throw new GridbellError('not-ready', `Node-RED refused the flows with ${status}.`);
  }

  async #launch(safeMode: boolean): Promise<FlowsChild> {
    const { config, core } = this.#parts;
    // Once for all restarts: each new one is a change of configuration, which the engine takes to heart.
    this.#token ??= await issueToken(core, config.flows);
    const token = this.#token;
    const startSecret = newSecret();
    const mayStartOthers = config.flows.access === 'full';
    const child = new FlowsChild({
      before: await whenIdle(),
      program: childProgram,
      flags: nodeFlags(config.flows, this.#userDir),
      mayStartOthers,
      env: bareEnvironment(this.#userDir),
      orders: {
        userDir: this.#userDir,
        socket: socketName,
        startSecret,
        credentialSecret: this.#credentialSecret,
        gridbell: { url: this.#url, token },
        safeMode,
        mayInstall: mayStartOthers,
        palette: existsSync(join(paletteDirectory, 'package.json')) ? paletteDirectory : null,
      },
      socketPath: this.#socket.path,
      onLine: (line) => this.#log.take(line),
      onFlood: () => this.#log.flood(),
    });
    this.#secret = startSecret;
    if (child.pid !== null) await remember(this.#leftover, child.pid);
    return child;
  }

  /** A token that outlives its process is of no use to anybody, who would need its secret; the next start ends it. */
  async #revoke(): Promise<void> {
    this.#token = null;
    try {
      // A store that takes nothing does not hold up the end of Gridbell.
      await Promise.race([revokeToken(this.#parts.core), delay(revokeWithinMs, undefined, { ref: false })]);
    } catch (error) {
      this.#parts.log.error({ error: messageOf(error) }, 'the API token of flows could not be ended');
    }
  }

  #standing(): FlowsStanding {
    const { flows, memoryBytes, state, ...rest } = this.#supervisor.standing;
    return {
      ...noFlows(this.#parts.config.flows, rest.since),
      state,
      memoryBytes,
      cpuMs: rest.cpuMs,
      pulseMs: rest.pulseMs,
      flows: flows?.flows ?? null,
      because: flows?.because ?? null,
      crashes: rest.crashes,
      crashesInARow: rest.crashesInARow,
      lastEnd: rest.lastEnd,
      nextStartAt: rest.nextStartAt,
      complaints: this.#log.complaints,
    };
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700, recursive: true });
  } catch (error) {
    throw new GridbellError('invalid-input', `${path} cannot be made (${messageOf(error)})`, {
      cause: error,
    });
  }
}
