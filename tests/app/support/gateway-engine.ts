import type { AssembledEngine } from '#app/engine/assemble.ts';
import type { CommandOutcome } from '#app/engine/outlet.ts';
import { type SnapshotPace, usualPace } from '#app/engine/snapshots.ts';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import type { InboxRecord } from '#model/record.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { type MemoryOps, openOpsInMemory } from '#store/ops/in-memory.ts';
import { engineOver, key } from '#tests/app/support/engine-over.ts';

export const start = Date.parse('2026-03-04T10:00:00+08:00');
export const at = (seconds: number) => epochMs(start + seconds * 1_000);

export const put = (resource: string, id: string, body: object) => ({
  op: 'put',
  resource,
  id,
  body: { id, ...body },
});

export const change = (seconds: number, changes: readonly object[], more: object = {}): InboxRecord =>
  ({
    type: 'command',
    at: at(seconds),
    id: `change-${seconds}`,
    actor: { kind: 'system', id: 'system' },
    command: { name: 'change', expect: 'any', reason: 'test', changes, ...more },
  }) as unknown as InboxRecord;

/** What Zigbee2MQTT says of a device of the gateway `z1`. */
export const says = (name: string, seconds: number, values: object, more: object = {}): InboxRecord => ({
  type: 'message',
  at: at(seconds),
  sender: 'z1' as DeviceId,
  client: 'z1',
  topic: `zigbee2mqtt/${name}`,
  payload: Buffer.from(JSON.stringify(values)),
  qos: 1,
  dup: false,
  retain: false,
  messageId: 1 + (seconds % 60_000),
  state: false,
  ...more,
});
export const tick = (seconds: number): InboxRecord => ({ type: 'tick', at: at(seconds) });

/** A community of two buildings and somebody on duty in each; the gateway stands in the first. */
export const setup = change(0, [
  put('community', 'c1', {}),
  put('place', 'b1', { kind: 'building', parent: 'c1' }),
  put('place', 'b2', { kind: 'building', parent: 'c1' }),
  put('person', 'w-1', { role: 'grid-worker', places: ['b1'] }),
  put('person', 'w-2', { role: 'grid-worker', places: ['b2'] }),
  put('person', 'm-1', { role: 'property-manager', places: ['c1'] }),
  put('device', 'z1', { kind: 'gateway', dialect: 'zigbee2mqtt', topic: 'zigbee2mqtt/#', place: 'b1' }),
  ...loadLibrary().map(({ id, source }) => ({ op: 'put', resource: 'rule', id, body: source })),
]);

/** An engine over records and a store in memory; `crash` builds it anew from what is committed, as after kill -9. */
export class GatewayEngine implements Disposable {
  readonly records: InboxRecord[] = [];
  readonly outcomes: CommandOutcome[] = [];
  /** Commits that told others of devices found. */
  found = 0;
  readonly #ops: MemoryOps;
  #assembled: AssembledEngine;
  readonly #clock: ClockKind;
  readonly #pace: SnapshotPace;

  private constructor(ops: MemoryOps, clock: ClockKind, pace: SnapshotPace) {
    this.#ops = ops;
    this.#clock = clock;
    this.#pace = pace;
    this.#assembled = this.#assemble();
  }

  static async open(
    records: readonly InboxRecord[] = [setup],
    clock: ClockKind = 'system',
    pace: SnapshotPace = usualPace,
  ): Promise<GatewayEngine> {
    const engine = new GatewayEngine(await openOpsInMemory({ quarantineKey: key }), clock, pace);
    return engine.take(...records);
  }

  [Symbol.dispose](): void {
    this.#assembled.effects.abandon();
    this.#ops.writer.close();
  }

  /** Without a commit but those that the engine makes itself. */
  step(...records: readonly InboxRecord[]): this {
    this.records.push(...records);
    while (this.#assembled.engine.step());
    return this;
  }

  take(...records: readonly InboxRecord[]): this {
    this.step(...records);
    this.#assembled.effects.flush();
    return this;
  }

  /** A snapshot of all. */
  save(): this {
    const { effects } = this.#assembled;
    effects.wantSnapshot();
    effects.flush();
    return this;
  }

  /** Of a snapshot that is being written: so many of its slices. */
  slices(count: number): this {
    for (let slice = 0; slice < count; slice++) this.#assembled.effects.writeSlice();
    return this;
  }

  crash(): this {
    this.#assembled.effects.abandon();
    this.#ops.writer.rollback();
    this.#assembled = this.#assemble();
    return this;
  }

  get reader() {
    return this.#ops.reader;
  }
  get writer() {
    return this.#ops.writer;
  }
  get snapshot(): number {
    return this.#assembled.effects.snapshotPosition;
  }
  /** What each of these said last. */
  latest(names: readonly string[]): readonly object[] {
    return names.map((name) => this.#assembled.latest.of(name as DeviceId));
  }
  get rules() {
    return this.#assembled.rules;
  }
  get carried(): readonly Device[] {
    return this.reader.all('device').flatMap(({ body }) => (body.gateway === undefined ? [] : [body]));
  }
  get alarms() {
    return this.reader.alarms({}, { limit: 1_000 }).items;
  }
  get tasks() {
    return this.reader.tasks({}, { limit: 1_000 }).items;
  }
  get quarantine() {
    return this.reader.quarantine({}, { limit: 1_000 }).items;
  }

  #assemble() {
    return engineOver({
      ops: this.#ops.writer,
      records: this.records,
      clock: this.#clock,
      pace: this.#pace,
      outlet: {
        outcomes: (list) => this.outcomes.push(...list),
        foundDevices: () => {
          this.found += 1;
        },
      },
    });
  }
}
