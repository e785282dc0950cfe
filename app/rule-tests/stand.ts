import { type AssembledEngine, assembleEngine } from '#app/engine/assemble.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import type { Alarm } from '#model/alarm.ts';
import { type DeviceId, type EpochMs, position, type RuleId } from '#model/brand.ts';
import type { Command, ResourceChange } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Value } from '#model/reading.ts';
import type { InboxRecord } from '#model/record.ts';
import type { Task } from '#model/task.ts';
import type { TraceEntry } from '#rules/engine/trace.ts';
import { type MemoryOps, openOpsInMemory } from '#store/ops/in-memory.ts';

/** What a device says, and when it comes in. */
export interface Saying {
  readonly device: string;
  readonly at: EpochMs;
  /** Not before `at`. */
  readonly arrivesAt: EpochMs;
  readonly values: Readonly<Record<string, Value>>;
  /** As a gateway's retained state just after its CONNECT. */
  readonly retained: boolean;
}

export interface StandOptions {
  /** The community and the rules. */
  readonly changes: readonly ResourceChange[];
  readonly community: string;
  /** What time it is when it begins. */
  readonly start: EpochMs;
}

/** What came into quarantine instead of the readings. */
export interface Held {
  readonly device: string;
  readonly property: string | null;
  readonly reason: string;
  readonly detail: string;
}

const nothing = (): void => undefined;
const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const mostRead = 100_000;
/** Nothing of it leaves the process. */
const key = Buffer.alloc(32, 7);

/**
 * The platform's engine (ingest, rules, tasks) on the data clock, with a list for an inbox and an ops store in memory:
 * what comes in goes the way that it goes in production, and nothing waits for a wall clock.
 */
export class TestStand implements Disposable {
  readonly #ops: MemoryOps;
  readonly #community: string;
  readonly #records: InboxRecord[] = [];
  readonly #counts = new EngineCounts();
  #assembled: AssembledEngine;
  #now: EpochMs;
  #refused: string | null = null;
  #fault: unknown = null;

  static async open(options: StandOptions): Promise<TestStand> {
    const ops = await openOpsInMemory({ quarantineKey: key });
    const stand = new TestStand(ops, options);
    stand.#begin(options.changes);
    return stand;
  }

  private constructor(ops: MemoryOps, { community, start }: StandOptions) {
    this.#ops = ops;
    this.#community = community;
    this.#now = start;
    this.#assembled = this.#assemble();
  }

  /** What the device says comes in; time passes until then. */
  say({ arrivesAt, at, device, retained, values }: Saying): void {
    if (arrivesAt > at) this.pass(arrivesAt);
    else if (at > this.#now) this.#now = at;
    this.#records.push({
      type: 'message',
      at: arrivesAt,
      sender: device as DeviceId,
      client: device,
      topic: `gridbell/${this.#community}/${device}/telemetry`,
      payload: Buffer.from(JSON.stringify({ ts: at, values })),
      qos: 1,
      dup: false,
      retain: retained,
      messageId: (this.#records.length % 65_535) + 1,
      state: retained,
    });
  }

  /** Time passes to `to`; what falls due on the way happens. */
  pass(to: EpochMs): void {
    if (to < this.#now) return;
    this.#now = to;
    this.#command({ name: 'advance-clock', to });
  }

  /** Changes of configuration, now: modes. */
  change(changes: readonly ResourceChange[]): void {
    this.#command({ name: 'change', expect: 'any', reason: 'rule test', changes });
  }

  /**
   * The process is killed, and a new one goes on from what is durable. What came in and was not worked on yet stands in
   * the inbox; of what was committed a part is newer than the last snapshot, as it is when a process is killed.
   */
  restart(): void {
    this.settle();
    this.#assembled.effects.abandon();
    this.#ops.writer.rollback();
    this.#records.push({ type: 'start', at: this.#now, clock: 'data' });
    this.#assembled = this.#assemble();
    this.settle();
  }

  /** All that came in is worked on and committed. Throws what the engine threw. */
  settle(): void {
    const { effects, engine } = this.#assembled;
    while (engine.step());
    effects.flush();
    if (this.#fault !== null) throw this.#fault;
    if (this.#refused !== null) throw new GridbellError('invalid-input', this.#refused);
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
    return this.#ops.reader.quarantine({}, { limit: mostRead }).items.toReversed();
  }
  /** The last evaluations since the last restart, oldest first. */
  trace(rule: string, device: string): readonly TraceEntry[] {
    return this.#assembled.rules.trace(rule as RuleId, device as DeviceId);
  }

  [Symbol.dispose](): void {
    this.#assembled.effects.abandon();
    this.#ops.writer.rollback();
    this.#ops.writer.close();
  }

  #begin(changes: readonly ResourceChange[]): void {
    this.#records.push({ type: 'start', at: this.#now, clock: 'data' });
    this.change(changes);
    this.pass(this.#now);
    this.settle();
  }

  #command(command: Command): void {
    this.#records.push({
      type: 'command',
      at: this.#now,
      id: `c${this.#records.length}`,
      actor: { kind: 'system', id: 'system' },
      command,
    });
  }

  #assemble(): AssembledEngine {
    const records = this.#records;
    const outlet: Outlet = {
      outcomes: (outcomes) => {
        for (const { outcome } of outcomes) if (!outcome.ok) this.#refused ??= outcome.failure.detail;
      },
      events: nothing,
      readings: nothing,
      // Nobody keeps a history here.
      historyAvailable: () => {
        const { effects } = this.#assembled;
        effects.historyStored(effects.committedPosition);
      },
      snapshotTaken: nothing,
      deviceCommands: nothing,
      rightsChanged: nothing,
      failed: (error) => {
        this.#fault ??= error;
      },
    };
    return assembleEngine({
      ops: this.#ops.writer,
      inbox: {
        read: (after, most) =>
          records
            .slice(after, after + most)
            .map((record, index) => ({ position: position(after + index + 1), record })),
      },
      clock: 'data',
      pseudonymKey: key,
      outlet,
      counts: this.#counts,
      skip: new Map(),
      log: silent,
    });
  }
}
