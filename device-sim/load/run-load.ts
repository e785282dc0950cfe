import { randomBytes } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import { compareWithPlatform, contradiction, type OwnCounts } from '#device-sim/load/agreement.ts';
import { loadCommunity } from '#device-sim/load/community.ts';
import type { LoadOptions, LoadRun, Remains } from '#device-sim/load/load-run.ts';
import {
  type LoadHooks,
  type Measured,
  Measurement,
  settleWithinS,
  taskWithinS,
} from '#device-sim/load/measurement.ts';
import { payloads, smoke } from '#device-sim/load/payloads.ts';
import type { LoadedPlatform } from '#device-sim/load/platform.ts';
import { requireLoadable } from '#device-sim/load/premises.ts';
import { countOf, leftoversOf, tidyUp } from '#device-sim/load/tidy.ts';
import { costOf } from '#device-sim/load/timed-figures.ts';
import { iso, wallClock } from '#model/clock.ts';

/**
 * Loads a running platform: makes devices of its own known, connects and sends as them, compares what it counted with what
 * the platform counted, and takes its devices away again. Throws GridbellError when this platform is not to be loaded.
 */
export async function runLoad(
  platform: LoadedPlatform,
  options: LoadOptions,
  hooks: LoadHooks,
): Promise<LoadRun> {
  const at = iso(wallClock.now());
  const standing = await requireLoadable(platform, options);
  const community = loadCommunity({
    community: standing ?? { id: options.community, name: { en: 'Load' }, timezone: 'Asia/Shanghai' },
    prefix: `load-${randomBytes(3).toString('hex')}`,
    senders: options.connections,
    detectors: Math.ceil(options.alarmsPerSecond * options.seconds),
  });
  const { detectors, file, prefix, senders } = community;
  hooks.note(`making ${senders.length + detectors.length} devices known, as ${prefix}-…`);
  await platform.call('POST', '/api/v1/import', { body: file });
  let remains: Remains | null = null;
  try {
    await using measurement = new Measurement(platform, options, hooks);
    const measured = await measurement.take(community);
    remains = await tidied({ platform, options, hooks, prefix });
    return { at, prefix, isCutShort: hooks.signal.aborted, ...judged(measured, options), remains };
  } finally {
    // What failed is said, and not that tidying up after it failed, too.
    if (remains === null) await tidied({ platform, options, hooks, prefix }).catch(() => undefined);
  }
}

async function tidied(of: {
  readonly platform: LoadedPlatform;
  readonly options: LoadOptions;
  readonly hooks: LoadHooks;
  readonly prefix: string;
}): Promise<Remains> {
  const { hooks, options, platform, prefix } = of;
  if (options.keep) return { deleted: 0, voidedTasks: 0 };
  hooks.note('tidying up');
  const leftovers = await leftoversOf(platform, prefix);
  const count = countOf(leftovers);
  const { voided } = await tidyUp(platform, leftovers, (deleted) => hooks.onDeleted(deleted, count));
  return { deleted: count, voidedTasks: voided };
}

function judged(
  measured: Measured,
  options: LoadOptions,
): Omit<LoadRun, 'at' | 'prefix' | 'isCutShort' | 'remains'> {
  const { after, atEnd, before, connect, load, measuredFrom, witness } = measured;
  const { openFiles: _, ...asked } = options;
  const { readings, text } = payloads[options.payload];
  const figures = { before, measuredFrom: measuredFrom.figures, after };
  const comparisons = compareWithPlatform(ownCounts(measured, readings), figures);
  return {
    options: asked,
    payload: { bytes: text.length, readings },
    machine: {
      cores: availableParallelism(),
      processor: cpus()[0]?.model ?? 'unknown',
      node: process.versions.node,
    },
    connect,
    load,
    witness,
    platform: costOf(measuredFrom, atEnd),
    comparisons,
    complaints: complaintsOf(measured, contradiction(comparisons)),
  };
}

function ownCounts({ load, witness }: Measured, readings: number): OwnCounts {
  const alarms = witness?.acknowledged ?? 0;
  return {
    sent: load.sent - load.withoutConnection + (witness?.sounded ?? 0),
    acknowledged: load.acknowledged + alarms,
    readings: load.acknowledged * readings + alarms * smoke.readings,
    alarms,
    tasks: witness?.task.count ?? 0,
    service: load.service,
    task: witness?.task ?? null,
  };
}

function complaintsOf({ isSettled, load, witness }: Measured, contradicts: string | null): readonly string[] {
  const missing = witness?.missing ?? 0;
  return [
    ...(contradicts === null ? [] : [`the platform counted otherwise: ${contradicts}`]),
    ...(load.unacknowledged > 0 ? [`${load.unacknowledged} messages were not acknowledged`] : []),
    ...(missing > 0 ? [`${missing} alarms had no task within ${taskWithinS} s`] : []),
    ...(isSettled
      ? []
      : [
          `the platform had not processed everything ${settleWithinS} s after the load, so its counts are not final`,
        ]),
  ];
}
