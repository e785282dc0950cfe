import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import { RecordList, type Saying } from '#app/rule-tests/record-list.ts';
import type { Alarm } from '#model/alarm.ts';
import type { DeviceId, EpochMs, RuleId } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Log } from '#model/log.ts';
import type { Task } from '#model/task.ts';
import type { TraceEntry } from '#rules/engine/trace.ts';
import { type MemoryOps, openOpsInMemory } from '#store/ops/in-memory.ts';

export interface StandOptions {
  /** The community, the rules, and accounts of those who act. */
  readonly changes: readonly ResourceChange[];
  readonly community: string;
  /** What time it is when it begins. */
  readonly start: EpochMs;
}

/** What came into quarantine and was no reading. */
export interface Held {
  readonly device: string;
  readonly reason: string;
  readonly detail: string;
}

const nothing = (): void => undefined;
const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const mostRead = 100_000;
/** Why there was nothing to judge. */
const unasked: ReadonlySet<string> = new Set(['not-selected', 'not-loaded', 'no-device']);
/** Nothing of it leaves the process. */
const key = Buffer.alloc(32, 7);

/**
 * The platform's engine (ingest, rules, tasks) on the data clock, with a list for an inbox and an ops store in memory:
 * what comes in goes the way that it goes in production, and nothing waits for a wall clock.
 */
export class TestStand implements Disposable {
  readonly #ops: MemoryOps;
  readonly #community: string;
  readonly #records = new RecordList();
  readonly #counts = new EngineCounts();
  #assembled: AssembledEngine;
  #now: EpochMs;
  /** What the last command was answered with when it was refused. */
  #refusal: string | null = null;
  #fault: unknown = null;

  /** Throws when the changes are refused. */
  static async open(options: StandOptions): Promise<TestStand> {
    const stand = new TestStand(await openOpsInMemory({ quarantineKey: key }), options);
    stand.#records.start(options.start);
    const refusal = stand.change(options.changes);
    if (refusal !== null) throw new Error(refusal);
    stand.#records.command(options.start, { name: 'advance-clock', to: options.start });
    stand.settle();
    return stand;
  }

  private constructor(ops: MemoryOps, { community, start }: StandOptions) {
    this.#ops = ops;
    this.#community = community;
    this.#now = start;
    this.#assembled = this.#assemble();
  }

  say(saying: Saying): void {
    // A reading tells the time by itself, but not that it came late.
    if (saying.at > saying.measuredAt) this.pass(saying.at);
    else if (saying.at > this.#now) this.#now = saying.at;
    this.#records.message(this.#community, saying);
  }

  /** Time passes to `to`; what falls due on the way happens. */
  pass(to: EpochMs): void {
    if (to <= this.#now) return;
    this.#now = to;
    this.#records.command(to, { name: 'advance-clock', to });
  }

  /** Changes of configuration, now; answers why they are refused. */
  change(changes: readonly ResourceChange[]): string | null {
    this.#records.command(this.#now, { name: 'change', expect: 'any', reason: 'rule test', changes });
    return this.#answer();
  }

  /** A person does something with a task, now; answers why it is refused. */
  act(task: Task, { action, by, to }: { action: string; by: string; to?: string }): string | null {
    const { id, version } = task;
    const comment = 'rule test';
    const told = to === undefined ? {} : { to };
    const actor = { kind: 'account', id: by, person: by } as const;
    this.#records.command(
      this.#now,
      { name: 'act-on-task', task: id, action, version, comment, ...told },
      actor,
    );
    return this.#answer();
  }

  /** The process is killed, and a new one goes on from what is durable. */
  restart(): void {
    this.settle();
    this.#assembled.effects.abandon();
    this.#ops.writer.rollback();
    this.#records.start(this.#now);
    this.#assembled = this.#assemble();
    this.settle();
  }

  /** All that came in is worked on and committed. Throws what the engine threw. */
  settle(): void {
    const { effects, engine } = this.#assembled;
    while (engine.step());
    effects.flush();
    if (this.#fault !== null) throw this.#fault;
  }

  /** All of them, in the order in which they were raised. */
  get alarms(): readonly Alarm[] {
    return this.#ops.reader.alarms({}, { limit: mostRead }).items.toReversed();
  }
  /** All of them, oldest first. */
  get tasks(): readonly Task[] {
    return this.#ops.reader.tasks({}, { limit: mostRead }).items.toReversed();
  }
  get held(): readonly Held[] {
    return this.#ops.reader
      .quarantine({}, { limit: mostRead })
      .items.toReversed()
      .map(({ detail, device, reason }) => ({ device, reason, detail }));
  }
  /** The last evaluations since the last restart, oldest first. */
  trace(rule: string, device: string): readonly TraceEntry[] {
    return this.#assembled.rules.trace(rule as RuleId, device as DeviceId);
  }

  /** Whether the rule was asked for the device. */
  isJudged(rule: string, device: string): boolean {
    return this.trace(rule, device).some(({ outcome }) => !unasked.has(outcome));
  }

  [Symbol.dispose](): void {
    this.#assembled.effects.abandon();
    this.#ops.writer.rollback();
    this.#ops.writer.close();
  }

  #answer(): string | null {
    this.#refusal = null;
    this.settle();
    return this.#refusal;
  }

  #assemble(): AssembledEngine {
    const outlet: Outlet = {
      outcomes: (outcomes) => {
        for (const { outcome } of outcomes) if (!outcome.ok) this.#refusal = outcome.failure.detail;
      },
      // Nobody keeps a history here.
      historyAvailable: () => {
        const { effects } = this.#assembled;
        effects.historyStored(effects.committedPosition);
      },
      failed: (error) => {
        this.#fault ??= error;
      },
      events: nothing,
      readings: nothing,
      snapshotTaken: nothing,
      deviceCommands: nothing,
      rightsChanged: nothing,
      foundDevices: nothing,
    };
    return assembleEngine({
      ops: this.#ops.writer,
      inbox: this.#records,
      clock: 'data',
      pseudonymKey: key,
      outlet,
      counts: this.#counts,
      skip: new Map(),
      log: silent,
    });
  }
}
