import { Commands } from '#app/engine/commands.ts';
import { ConfigurationChanges, rulesIn } from '#app/engine/configuration-changes.ts';
import { countedStore } from '#app/engine/counted-store.ts';
import { DeviceCommands } from '#app/engine/device-commands.ts';
import { Effects } from '#app/engine/effects.ts';
import { Engine } from '#app/engine/engine.ts';
import type { EngineCounts } from '#app/engine/engine-counts.ts';
import type { Inbox } from '#app/engine/inbox.ts';
import { LatestValues } from '#app/engine/latest-values.ts';
import { NewcomerDesk } from '#app/engine/newcomers.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import type { SnapshotPace } from '#app/engine/snapshots.ts';
import { Ingest } from '#ingest/ingest.ts';
import type { Position, RuleId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import { Configuration } from '#model/configuration.ts';
import type { Log } from '#model/log.ts';
import type { Retention } from '#model/retention.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import type { RuleTaskOrder } from '#tasks/ports.ts';
import { TaskDesk } from '#tasks/task-desk.ts';

export interface AssembleOptions {
  readonly ops: OpsWriter;
  readonly inbox: Inbox;
  /** Of this start; counts from its record on. */
  readonly clock: ClockKind;
  readonly pseudonymKey: Uint8Array;
  /** How long readings are kept; without it no time is too old. */
  readonly retention?: Retention | undefined;
  readonly outlet: Outlet;
  readonly counts: EngineCounts;
  /** Records to pass over, with the reason. */
  readonly skip: ReadonlyMap<Position, string>;
  readonly log: Log;
  /** Of snapshots; default: the usual one. */
  readonly pace?: SnapshotPace;
}

/** An engine as the ops store and the inbox have it, ready to go on behind the last commit. */
export interface AssembledEngine {
  readonly engine: Engine;
  readonly effects: Effects;
  readonly rules: RuleEngine;
  readonly latest: LatestValues;
  readonly ingest: Ingest;
}

/** Builds an engine from what is durable alone; after a crash and after a failed commit alike. */
export function assembleEngine({
  clock,
  counts,
  inbox,
  log,
  ops,
  outlet,
  pace,
  pseudonymKey,
  retention,
  skip,
}: AssembleOptions): AssembledEngine {
  ops.memory.settle();
  const ran = ops.clock() ?? clock;
  const configuration = new Configuration();
  for (const { body, id, resource } of ops.resources()) {
    configuration.apply({ op: 'put', resource, id, body } as Parameters<Configuration['apply']>[0]);
  }
  const newcomers = new NewcomerDesk(configuration);
  const ingest = new Ingest({ configuration, clock: ran, pseudonymKey, retention, newcomers });
  const rules = new RuleEngine({ configuration });
  const latest = new LatestValues();
  const effects = new Effects({ ops, snapshotted: [ingest, rules], latest, outlet, counts, pace });
  const store = countedStore(ops, () => effects.counts);
  const desk = new TaskDesk({
    store,
    configuration,
    order: (rule) => taskOrder(rules, rule),
    isToVerify: (report) => rules.isToVerify(report),
  });
  const deviceCommands = new DeviceCommands({
    ops,
    configuration,
    begin: () => effects.begin(),
    changed: (command, isState) => effects.commanded(command, isState),
  });
  const parts = { ops, effects, deviceCommands };
  const changes = new ConfigurationChanges({ ...parts, configuration, rules, latest, ingest });
  const commands = new Commands({ ...parts, desk, changes });

  latest.restore(ops.latestReadings());
  ingest.restore(ops.memory.of(ingest.component));
  rules.restore(ops.memory.of(rules.component));
  rules.setRules(rulesIn(ops));
  const engine = new Engine({
    inbox,
    ingest,
    newcomers,
    rules,
    desk,
    deviceCommands,
    effects,
    commands,
    changes,
    clock: ran,
    skip,
    log,
  });
  engine.recover();
  counts.built += 1;
  return { engine, effects, rules, latest, ingest };
}

function taskOrder(rules: RuleEngine, rule: RuleId): RuleTaskOrder | undefined {
  const found = rules.order(rule);
  return found && { category: found.category, name: found.name, task: found.order };
}
