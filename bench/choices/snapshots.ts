import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rulesIn } from '#app/engine/configuration-changes.ts';
import { EngineCounts } from '#app/engine/engine-counts.ts';
import { Snapshots } from '#app/engine/snapshots.ts';
import { numberOf } from '#bench/benchmark.ts';
import { benchCommunity } from '#bench/community.ts';
import { usageOf } from '#bench/server/process-usage.ts';
import { Ingest } from '#ingest/ingest.ts';
import { type EpochMs, epochMs, position } from '#model/brand.ts';
import { stopwatch, wallClock } from '#model/clock.ts';
import { Configuration } from '#model/configuration.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';
import { furnish, key, messageOf, opsIn } from './premises.ts';

const ours = 'changed keys in slices';
const everyS = 5;

export const snapshots = choice({
  name: 'snapshots',
  what: "the engine's memory into the ops store each five seconds: the keys that changed, in slices or at once, or all of it",
  options: {
    'speak-every': { default: 60, what: 'seconds between the messages of a device' },
    rounds: { default: 20, what: 'messages of each device before' },
    most: { default: 10_000, what: 'devices at most; of 500, 2,000 and 10,000' },
  },
  measure: async (directory, options) => {
    const all = new Alternatives(ours);
    for (const devices of [500, 2_000, 10_000].filter((count) => count <= numberOf(options, 'most'))) {
      const speakEveryS = numberOf(options, 'speak-every');
      const memory = await Memory.of(join(directory, String(devices)), devices, speakEveryS);
      for (let round = 0; round < numberOf(options, 'rounds'); round++) memory.hear(devices);
      memory.snapshot();
      memory.hear(Math.ceil((devices * everyS) / speakEveryS));
      all.add(`${devices} devices`, 'at once', memory.snapshot());
      memory.hear(Math.ceil((devices * everyS) / speakEveryS));
      all.add(`${devices} devices`, ours, memory.slices());
      // When all have spoken something of each is written: of most all, of what is long (pieces) the end.
      memory.hear(devices);
      all.add(`${devices} devices`, 'all of it', memory.snapshot());
      memory.close();
    }
    return all.figures();
  },
});

/** Rules and ingest of a community, and the store that they are written to; as the engine has them. */
class Memory {
  readonly #ops: OpsWriter;
  readonly #ingest: Ingest;
  readonly #rules: RuleEngine;
  readonly #devices: readonly string[];
  #now: EpochMs = wallClock.now();
  #count = 0;
  readonly #betweenMs: number;

  private constructor(ops: OpsWriter, devices: readonly string[], speakEveryS: number) {
    this.#ops = ops;
    this.#devices = devices;
    this.#betweenMs = (speakEveryS * 1_000) / devices.length;
    const configuration = new Configuration();
    for (const { body, id, resource } of ops.resources())
      configuration.apply({ op: 'put', resource, id, body } as Parameters<Configuration['apply']>[0]);
    this.#ingest = new Ingest({ configuration, clock: 'system', pseudonymKey: key });
    this.#rules = new RuleEngine({ configuration });
    this.#rules.setRules(rulesIn(ops));
  }

  static async of(directory: string, devices: number, speakEveryS: number): Promise<Memory> {
    mkdirSync(directory);
    const community = benchCommunity({ senders: devices, detectors: 0 });
    await furnish(directory, community);
    const ops = await openOpsWriter(opsIn(directory), { quarantineKey: key });
    return new Memory(
      ops,
      community.senders.map(({ id }) => id),
      speakEveryS,
    );
  }

  /** So many messages, of each device in turn. */
  hear(messages: number): void {
    for (let message = 0; message < messages; message++) {
      const device = this.#devices[this.#count % this.#devices.length] ?? '';
      this.#count += 1;
      this.#now = epochMs(this.#now + this.#betweenMs);
      const record = messageOf(device, this.#count, epochMs(Math.floor(this.#now)));
      const ingested = this.#ingest.take(record, position(this.#count), record.at);
      for (const observation of ingested.observations) this.#rules.observe(observation);
    }
  }

  /** As Effects does it: between two slices devices speak on. */
  slices() {
    const written = usageOf(process.pid).writtenBytes;
    const counts = new EngineCounts();
    const snapshots = new Snapshots({ ops: this.#ops, snapshotted: [this.#ingest, this.#rules], counts });
    const took: number[] = [];
    const moment = () => ({ position: position(this.#count), now: this.#now });
    for (snapshots.begin(moment()); snapshots.isUnderWay; ) {
      const beganMs = stopwatch();
      this.#ops.begin();
      snapshots.writeSlice(moment());
      this.#ops.commit();
      took.push(stopwatch() - beganMs);
      this.hear(Math.ceil(snapshots.betweenSlicesMs / this.#betweenMs));
    }
    const bytes = usageOf(process.pid).writtenBytes - written;
    return {
      standstill: [Math.max(...took), 'ms'],
      slices: [took.length, ''],
      'in all': [took.reduce((sum, ms) => sum + ms, 0), 'ms'],
      'of state': [counts.snapshotBytes / 1_000, 'kB'],
      written: [bytes / 1_000, 'kB'],
    } as const;
  }

  /** In a transaction of its own. */
  snapshot() {
    const written = usageOf(process.pid).writtenBytes;
    const beganMs = stopwatch();
    let [keys, characters] = [0, 0];
    this.#ops.begin();
    for (const part of [this.#ingest, this.#rules])
      for (const [name, state] of part.takeDirty()) {
        this.#ops.memory.put(part.component, name, state);
        keys += 1;
        characters += state?.length ?? 0;
      }
    this.#ops.memory.accept();
    this.#ops.setSnapshotPosition(position(this.#count));
    this.#ops.memory.clean(Number.MAX_SAFE_INTEGER);
    this.#ops.commit();
    const tookMs = stopwatch() - beganMs;
    const bytes = usageOf(process.pid).writtenBytes - written;
    return {
      standstill: [tookMs, 'ms'],
      'in all': [tookMs, 'ms'],
      keys: [keys, ''],
      'of state': [characters / 1_000, 'kB'],
      written: [bytes / 1_000, 'kB'],
    } as const;
  }

  close(): void {
    this.#ops.close();
  }
}
