import { type DeviceMemory, Memories } from '#ingest/device-memory.ts';
import { CustomDialects } from '#ingest/dialects/custom.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { LocalOffsets } from '#ingest/local-offsets.ts';
import { Names } from '#ingest/names.ts';
import { run } from '#ingest/pipeline.ts';
import type { Newcomers, Surroundings } from '#ingest/stage.ts';
import { Routes } from '#ingest/topics.ts';
import { Work } from '#ingest/work.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { MessageRecord } from '#model/record.ts';
import type { Retention } from '#model/retention.ts';
import type { Snapshotted, StateRow } from '#model/snapshot.ts';

export interface IngestOptions {
  readonly configuration: Configuration;
  readonly clock: ClockKind;
  /** How long readings are kept; older ones are implausible (docs/contract.md, Time). */
  readonly retention?: Retention | undefined;
  /** 32 secret bytes: what turns credentials into pseudonyms. */
  readonly pseudonymKey: Uint8Array;
  /** Adds devices that gateways bring; without it their messages wait in quarantine. */
  readonly newcomers?: Newcomers;
}

/**
 * Messages in, readings out. A function of the records that it is given: no wall clock, no randomness. What it has to
 * remember (times given, newest readings, messages that may come again) is `Snapshotted`.
 */
export class Ingest implements Snapshotted {
  readonly component = 'ingest';
  readonly #around: Surroundings;
  readonly #routes = new Routes();
  readonly #memories = new Memories();

  constructor(options: IngestOptions) {
    this.#around = {
      configuration: options.configuration,
      clock: options.clock,
      retention: options.retention,
      pseudonymKey: options.pseudonymKey,
      names: new Names(),
      offsets: new LocalOffsets(),
      memories: this.#memories,
      customs: new CustomDialects(),
      newcomers: options.newcomers,
    };
  }

  /**
   * One message of the inbox. `now` is the engine's: on the system clock the record's `at`, on the data clock the
   * greatest time of a reading so far. Never throws.
   */
  take(record: MessageRecord, position: Position, now: EpochMs): Ingested {
    const route = this.#routes.find(record.topic);
    const device = route.kind === 'foreign' ? record.sender : route.device;
    return this.#run(new Work({ record, position, receivedAt: now, now, route, device, isReplay: false }));
  }

  /**
   * A quarantined message again, by a person's order: what can be read now becomes readings (`flag.replayed`), as
   * received when it first came; what still cannot is quarantined again.
   */
  replay(quarantined: Quarantined, position: Position, now: EpochMs): Ingested {
    const { device, dialect, property, receivedAt, topic } = quarantined;
    const common = { position, receivedAt, now, isReplay: true };
    const isWhole = property === null || dialects.get(dialect)?.keepsWhole === true;
    // One value is kept as a native message, whatever it came from.
    if (!isWhole)
      return this.#run(
        new Work({ ...common, record: recordOf(quarantined), route: { kind: 'telemetry', device }, device }),
      );
    const route = this.#routes.find(topic);
    const gateway = route.kind === 'foreign' ? this.#around.configuration.device(device)?.gateway : undefined;
    const sender = gateway ?? device;
    return this.#run(
      new Work({
        ...common,
        record: recordOf({ ...quarantined, device: sender }),
        route,
        device: sender,
        ...(gateway === undefined ? {} : { only: device }),
      }),
    );
  }

  /** From here on. */
  runsOn(clock: ClockKind): void {
    this.#around.clock = clock;
  }

  /** How often a device spoke while nobody had claimed it. */
  unclaimedMessages(device: DeviceId): number {
    return this.#memories.peek(device)?.unclaimedMessages ?? 0;
  }

  /** What is remembered of a device, to be handed over when its record goes. */
  memoryOf(device: DeviceId): DeviceMemory | undefined {
    return this.#memories.find(device);
  }

  /** The device has the thing of which this is remembered: what that says again is known, of whom it says it too. */
  takeOver(memory: DeviceMemory | undefined, device: DeviceId): void {
    if (memory !== undefined) this.#memories.change(device).takeOver(memory);
  }

  /** Called when a device is deleted: one of the same id that is added later starts anew. */
  forget(device: DeviceId): void {
    this.#memories.forget(device);
  }

  takeDirty(): Iterable<StateRow> {
    return this.#memories.takeDirty();
  }

  restore(entries: Iterable<readonly [key: string, state: string]>): void {
    this.#memories.restore(entries);
  }

  #run(work: Work): Ingested {
    run(work, this.#around);
    const { clocks, observations, quarantined, presence, repeats, isResend, replies } = work;
    const dialect = work.dialect?.id ?? null;
    const isPassed =
      work.isPassed && observations.length + quarantined.length + presence.length + repeats === 0;
    return { observations, quarantined, presence, clocks, repeats, isResend, isPassed, dialect, replies };
  }
}

const recordOf = (quarantined: Quarantined): MessageRecord => ({
  type: 'message',
  at: quarantined.receivedAt,
  sender: quarantined.device,
  client: '',
  topic: quarantined.topic,
  payload: quarantined.payload,
  qos: 0,
  dup: false,
  retain: false,
  messageId: 0,
  state: false,
});
